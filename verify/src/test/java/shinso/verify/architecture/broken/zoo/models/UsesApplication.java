package shinso.verify.architecture.broken.zoo.models;

import shinso.verify.architecture.broken.app.ImportsBackend;
import shinso.verify.architecture.broken.zoo.recipes.Recipe;

/** A model knows neither the command line nor its recipes. */
public record UsesApplication(ImportsBackend application, Recipe recipe) {}
