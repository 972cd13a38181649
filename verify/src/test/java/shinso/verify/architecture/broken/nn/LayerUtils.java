package shinso.verify.architecture.broken.nn;

/** A name that says nothing. */
record LayerUtils(Layer layer) {}
