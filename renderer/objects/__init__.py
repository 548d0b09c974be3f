"""Where files are kept that no database should hold: a folder, or a bucket of an S3-compatible store. One interface.

What is kept there, and whose it is, is the rooms' business: `media` keeps owners' pictures, `forms` the files of leads.
Deliberately not here: addresses that lead a browser to the bucket. Whoever asks for a file asks us, who know its site.
"""

from renderer.objects.copying import Copied, copy_all
from renderer.objects.folder import Folder
from renderer.objects.opening import open_bucket, open_pictures, prove_bucket
from renderer.objects.store import Away, Item, Store

__all__ = ["Away", "Copied", "Folder", "Item", "Store", "copy_all", "open_bucket", "open_pictures", "prove_bucket"]
