package shinso.verify.architecture.broken.interchange;

import shinso.verify.architecture.broken.zoo.energy.UsesApplication;

/** A format knows layers, not the models that are made of them. */
public record UsesModel(UsesApplication model) {}
