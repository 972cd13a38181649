package shinso.verify.architecture.broken.zoo.harness;

/** One use of a model. */
public interface Recipe {}
