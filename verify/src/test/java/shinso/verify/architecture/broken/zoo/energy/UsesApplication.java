package shinso.verify.architecture.broken.zoo.energy;

import shinso.verify.architecture.broken.app.ImportsBackend;

/** A model knows neither the command line nor its recipes. */
public record UsesApplication(ImportsBackend application, OneUse recipe) {}
