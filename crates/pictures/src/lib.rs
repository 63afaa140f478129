//! Decodes a picture that nobody vouches for, and encodes it anew without its metadata.
