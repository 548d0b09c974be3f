"""A site's pictures as their owner handles them: uploads read from the wire, pictures to choose from."""
