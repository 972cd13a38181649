package shinso.verify.architecture.broken.cpu;

import shinso.verify.architecture.broken.train.UsesModel;

/** A backend knows no training. */
public record UsesTraining(UsesModel training) {}
