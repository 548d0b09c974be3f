"""Pictures of a site: whose may be shown, in which sizes."""
