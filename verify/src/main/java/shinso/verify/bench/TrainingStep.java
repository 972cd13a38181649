package shinso.verify.bench;

/** A step of a workload on fixed data, prepared to be run many times. */
sealed interface TrainingStep permits NetworkStep, RbmStep, VaeStep, LearnerStep, OptimizerStep {
  /** Does one step and returns its loss or, where there is none, the number of steps done. */
  double run();

  /**
   * Prepares the step of a workload.
   *
   * @throws IllegalArgumentException if a value of an option is not allowed
   */
  static TrainingStep of(Workload w) {
    return switch (w.kind()) {
      case MLP, CNN, RNN -> new NetworkStep(w);
      case RBM -> new RbmStep(w);
      case VAE -> new VaeStep(w);
      case IWAE -> LearnerStep.iwae(w);
      case NADE -> LearnerStep.nade(w);
      case GAN -> LearnerStep.gan(w);
      case DCGAN -> LearnerStep.dcgan(w);
      case DRAW -> LearnerStep.draw(w);
      case OPT -> new OptimizerStep(w);
    };
  }
}
