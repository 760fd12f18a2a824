"""Bodies as bytes and text: media types, charsets, and JSON text with the place of everything in it."""
