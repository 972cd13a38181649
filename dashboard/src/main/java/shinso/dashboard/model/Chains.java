package shinso.dashboard.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.dashboard.web.RefusedException;
import shinso.nn.model.ChainSampler;
import shinso.nn.model.EnergyModel;

/**
 * Where Markov chains are. The page keeps their states and sends them back, so that nothing is left
 * with the server; step n draws from the key n, so that ten steps are ten times one.
 *
 * @param step how many steps they have made
 * @param chains how many there are
 * @param state of all chains, opaque to the page: floats of little endian in base 64
 * @param shown what the states look like
 * @param freeEnergies of the states in nats; empty if the model tells none
 */
record Chains(long step, int chains, String state, Shown shown, List<Double> freeEnergies) {
  private static final int MOST_CHAINS = 16;
  private static final int MOST_STEPS = 1_000;
  private static final long LAST_STEP = 1_000_000_000;

  /** No state of a unit is larger. */
  private static final float LARGEST = 1e6f;

  /** Keeps a copy. */
  Chains {
    freeEnergies = List.copyOf(freeEnergies);
  }

  /**
   * Begins chains or moves them.
   *
   * @param fields {@code seed} and {@code steps} to make; either {@code state} with the {@code
   *     step} where it is, or {@code chains}, how many begin with noise or at a {@code picture}
   */
  static Chains of(OpenModel model, Fields fields) {
    ChainSampler sampler = model.as(ChainSampler.class, "be watched step by step");
    Rng rng = Rng.of(fields.seed());
    int steps = fields.count("steps", 0, 0, MOST_STEPS);
    long step = fields.has("state") ? fields.integer("step", 0, 0, LAST_STEP) : 0;
    Tensor states =
        fields.has("state")
            ? sent(model, sampler, fields)
            : begun(model, sampler, fields, rng.split("start")).evaluate();
    Program move =
        model.program(
            "chain-step",
            () ->
                Program.compileRandom(
                    (Tensor x, Rng key) -> Step.outputs(sampler.chainStep(x, key))));
    Rng chain = rng.split("chain");
    for (int i = 0; i < steps; i++) {
      states = move.run(key(chain, step++), states).output(0);
    }
    Program show =
        model.program(
            "chain-shown",
            () ->
                Program.compileRandom(
                    (Tensor x, Rng key) -> Step.outputs(sampler.chainShown(x, key))));
    Tensor shown = show.run(key(rng.split("shown"), step), states).output(0);
    return new Chains(
        step,
        states.shape().dim(0),
        encoded(states),
        Shown.of(model.shaped(shown)),
        energies(model, states));
  }

  private static Rng key(Rng rng, long step) {
    return rng.split((int) step);
  }

  private static Tensor begun(OpenModel model, ChainSampler sampler, Fields fields, Rng rng) {
    int chains = fields.count("chains", 4, 1, MOST_CHAINS);
    if (!fields.has("picture")) {
      return sampler.chainStart(chains, rng);
    }
    Tensor picture = GivenPicture.read(model, fields.object("picture")).image();
    return sampler.chainFrom(picture.unsqueeze(0).tile(0, chains), rng);
  }

  private static Tensor sent(OpenModel model, ChainSampler sampler, Fields fields) {
    int units =
        model.once(
            "chain-units", Integer.class, () -> sampler.chainStart(1, Rng.of(0)).shape().dim(1));
    int bytes = units * Float.BYTES;
    String text = fields.text("state", MOST_CHAINS * bytes / 3 * 4 + 8);
    byte[] content = decoded(text);
    int chains = content.length / bytes;
    if (chains < 1 || chains > MOST_CHAINS || content.length % bytes != 0) {
      throw notAState();
    }
    float[] values = new float[chains * units];
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    for (float v : values) {
      if (!(Math.abs(v) <= LARGEST)) {
        throw notAState();
      }
    }
    return Tensor.owning(values, Shape.of(chains, units));
  }

  private static byte[] decoded(@Nullable String text) {
    try {
      return Base64.getDecoder().decode(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw notAState();
    }
  }

  private static RefusedException notAState() {
    return RefusedException.bad(
        "state is not one of this model's chains; begin anew, the run may have another model now");
  }

  private static String encoded(Tensor states) {
    float[] values = states.toFloatArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      bytes.putFloat(v);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** The free energies, if the states are those of the visible units and no others. */
  private static List<Double> energies(OpenModel model, Tensor states) {
    if (!(model.latest().model() instanceof EnergyModel energy)
        || states.shape().dim(1) != model.shape().size()) {
      return List.of();
    }
    Program program =
        model.program(
            "free-energy", () -> Program.compile((Tensor x) -> Step.outputs(energy.freeEnergy(x))));
    List<Double> all = new ArrayList<>();
    for (double f : program.run(states).output(0).toDoubleArray()) {
      all.add(f);
    }
    return all;
  }
}
