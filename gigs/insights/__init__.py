"""What sellers learn of their own gigs, of what people look for, and of what work of a craft brings."""
