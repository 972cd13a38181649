package shinso.zoo.harness;

/** Settings that most recipes have. */
public final class Training {
  /** How many examples are trained on. */
  public static final Setting<Integer> TRAIN =
      Setting.count("train", "training examples, those for validation included", 2);

  /** How many of them decide which model is best. */
  public static final Setting<Integer> VALIDATION =
      Setting.integer("validation", "training examples held out for validation", 1, 1_000_000);

  /** How many examples the final numbers come from. */
  public static final Setting<Integer> TEST = Setting.count("test", "test examples", 1);

  /**
   * Which bootstrap sample of the training examples is trained on; 0 for the examples themselves.
   * Validation and test examples are the same for all samples of a seed, so that their models can
   * be judged together.
   */
  public static final Setting<Integer> BOOTSTRAP =
      Setting.integer(
          "bootstrap", "number of a bootstrap sample to train on, 0 for none", 0, 1_000_000);

  /** How often each example is seen. */
  public static final Setting<Integer> EPOCHS =
      Setting.integer("epochs", "passes over the training examples", 1, 10_000);

  /** How many examples a step looks at. */
  public static final Setting<Integer> BATCH =
      Setting.integer("batch", "examples in a step", 1, 65_536);

  /** The largest learning rate of the schedule. */
  public static final Setting<Double> RATE =
      Setting.number("rate", "largest learning rate", 0, 1_000);

  /** How many steps are made. */
  public static final Setting<Integer> STEPS =
      Setting.integer("steps", "steps of learning", 1, 1_000_000_000);

  /** How many hidden units there are. */
  public static final Setting<Integer> HIDDEN =
      Setting.integer("hidden", "hidden units", 1, 1_000_000);

  /** How much weights decay. */
  public static final Setting<Double> WEIGHT_DECAY =
      Setting.number("weight-decay", "weight decay λ, times the learning rate", 0, 10);

  /** How much is dropped. */
  public static final Setting<Double> DROPOUT =
      Setting.number("dropout", "probability with which dropout drops a hidden unit", 0, 0.95);

  private Training() {}
}
