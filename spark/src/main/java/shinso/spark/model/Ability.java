package shinso.spark.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import shinso.nn.model.Classifier;
import shinso.nn.model.DensityModel;
import shinso.nn.model.EnergyModel;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Regressor;
import shinso.nn.model.Sampler;
import shinso.spark.distributed.DistributionException;

/** What a model is asked for. */
public enum Ability {
  /** The most probable class, and the probabilities of all. */
  CLASSIFY(Classifier.class, "tell classes apart"),
  /** Numbers. */
  REGRESS(Regressor.class, "predict numbers"),
  /** The code of an example. */
  ENCODE(LatentVariableModel.class, "encode"),
  /** How probable an example is, in nats. */
  LOG_LIKELIHOOD(DensityModel.class, "say how probable an example is"),
  /** An example that the model makes up, one for each row. */
  SAMPLE(Sampler.class, "draw examples"),
  /**
   * The free energy of an example in nats: −log p(x) − log Z, for models whose log Z is unknown.
   */
  FREE_ENERGY(EnergyModel.class, "say how probable an example is but for a constant");

  private final Class<?> type;
  private final String verb;

  Ability(Class<?> type, String verb) {
    this.type = type;
    this.verb = verb;
  }

  /** Returns the interface of models that have it. */
  Class<?> type() {
    return type;
  }

  /** Returns what a model with it does. */
  String verb() {
    return verb;
  }

  /** Returns how it is written as a parameter. */
  @Override
  public String toString() {
    return switch (this) {
      case CLASSIFY -> "classify";
      case REGRESS -> "regress";
      case ENCODE -> "encode";
      case LOG_LIKELIHOOD -> "logLikelihood";
      case SAMPLE -> "sample";
      case FREE_ENERGY -> "freeEnergy";
    };
  }

  /**
   * Returns the ability of a name.
   *
   * @throws DistributionException if there is none
   */
  public static Ability named(String name) {
    return Arrays.stream(values())
        .filter(a -> a.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new DistributionException(
                "a model can't '%s'; choose %s"
                    .formatted(
                        name,
                        Arrays.stream(values())
                            .map(Ability::toString)
                            .collect(Collectors.joining(", ")))));
  }

  /** Returns the abilities in the order in which one is chosen where none is asked for. */
  static List<Ability> all() {
    return List.of(values());
  }
}
