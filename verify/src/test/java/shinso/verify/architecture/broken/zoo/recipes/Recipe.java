package shinso.verify.architecture.broken.zoo.recipes;

/** One use of a model. */
public record Recipe(String name) {}
