package shinso.nn.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Parallel tempering: chains at ascending β side by side, of which neighbours change places now and
 * then, so that those at β = 1 are brought what those of small β find, which move freely.
 *
 * <pre>
 * swap x at β and x' at β' with probability min(1, f_β(x') f_β'(x) / (f_β(x) f_β'(x')))
 * </pre>
 *
 * <p>A move is one step of each chain, then a test of all pairs of an even and the next odd
 * position, then of the others; together they leave the product of all f_β as it is.
 *
 * {@snippet :
 * Tempering ladder = Tempering.of(rbm.annealing(rates), 10);
 * Gibbs chains = Gibbs.of(ladder.start(100, rng), ladder::next); // [10, 100, units]
 * Tensor v = ladder.target(chains.run(1000, rng)); // [100, units]
 * }
 *
 * <p>Sources: Swendsen and Wang, "Replica Monte Carlo simulation of spin-glasses" (1986);
 * Desjardins, Courville, Bengio, Vincent and Delalleau, "Parallel tempering for training of
 * restricted Boltzmann machines" (2010); Cho, Raiko and Ilin, "Parallel tempering is efficient for
 * learning restricted Boltzmann machines" (2010).
 */
public final class Tempering implements Transition {
  private final Ais.Path path;
  private final double[] betas;

  private Tempering(Ais.Path path, double[] betas) {
    this.path = path;
    this.betas = betas;
  }

  /** Returns chains at so many β, evenly from 0 to 1. */
  public static Tempering of(Ais.Path path, int temperatures) {
    if (temperatures < 2) {
      throw new IllegalArgumentException(
          "tempering: two temperatures or more, not " + temperatures);
    }
    return of(path, Ais.even(0, 1, temperatures - 1));
  }

  /**
   * Returns chains at given β.
   *
   * @throws IllegalArgumentException unless they are two or more, ascend from 0 or more, and end at
   *     1
   */
  public static Tempering of(Ais.Path path, double... betas) {
    boolean ascending = betas.length > 1 && betas[0] >= 0 && betas[betas.length - 1] == 1;
    for (int i = 1; i < betas.length; i++) {
      ascending &= betas[i] > betas[i - 1];
    }
    if (!ascending) {
      throw new IllegalArgumentException(
          "tempering: the betas ascend to 1, not " + Arrays.toString(betas));
    }
    return new Tempering(path, betas.clone());
  }

  /**
   * Where chains are after a move.
   *
   * @param states {@code [temperatures, chains, units]}
   * @param swaps the mean probability with which each pair of neighbours changed places, {@code
   *     [temperatures - 1]}
   */
  public record Move(Tensor states, Tensor swaps) {}

  /**
   * What a run gave.
   *
   * @param draws the states at β = 1 after each move, {@code [draws, chains, units]}
   * @param swaps the mean rate of each pair of neighbours; a rate near 0 cuts the ladder in two
   * @param states where all chains are, {@code [temperatures, chains, units]}
   */
  public record Run(Tensor draws, double[] swaps, Tensor states) {}

  /** Returns chains that begin everywhere with the first distribution. */
  public Tensor start(int chains, Rng rng) {
    return Tensor.stack(
            0,
            IntStream.range(0, betas.length)
                .mapToObj(i -> path.start(chains, rng.split(i)))
                .toList())
        .evaluate();
  }

  /** Returns the chains at β = 1: {@code [temperatures, chains, units] -> [chains, units]}. */
  public Tensor target(Tensor states) {
    return states.at(0, betas.length - 1);
  }

  /**
   * Returns a move of all chains, as an expression.
   *
   * @param states {@code [temperatures, chains, units]}
   * @throws IllegalArgumentException if there are more or fewer temperatures
   */
  public Move move(Tensor states, Rng rng) {
    if (states.shape().rank() != 3 || states.shape().dim(0) != betas.length) {
      throw new IllegalArgumentException(
          "tempering: states [%d, chains, units], not %s".formatted(betas.length, states.shape()));
    }
    DType type = states.dtype();
    List<Tensor> x = new ArrayList<>();
    for (int i = 0; i < betas.length; i++) {
      x.add(path.transition(states.at(0, i), beta(i, type), rng.split(i)));
    }
    Rng tests = rng.split("swaps");
    Tensor[] rates = new Tensor[betas.length - 1];
    for (int first = 0; first < 2; first++) {
      for (int i = first; i + 1 < betas.length; i += 2) {
        Tensor cold = x.get(i + 1);
        Tensor hot = x.get(i);
        Tensor from = beta(i, type);
        Tensor to = beta(i + 1, type);
        Tensor gain = path.logRatio(hot, from, to).sub(path.logRatio(cold, from, to)); // [chains]
        Tensor accept = gain.minimum(0).exp();
        Tensor swap = accept.uniformLike(tests.split(i)).less(accept).unsqueeze(1);
        x.set(i, Tensor.select(swap, cold, hot));
        x.set(i + 1, Tensor.select(swap, hot, cold));
        rates[i] = accept.mean();
      }
    }
    return new Move(Tensor.stack(0, x), Tensor.stack(0, List.of(rates)));
  }

  private Tensor beta(int i, DType type) {
    return Tensor.constant(betas[i], type);
  }

  @Override
  public Tensor next(Tensor states, Rng rng) {
    return move(states, rng).states;
  }

  /**
   * Runs chains: moves that are forgotten, then those that count.
   *
   * @param start {@code [temperatures, chains, units]}
   * @throws IllegalArgumentException if a number is too small
   */
  public Run run(Tensor start, int warmup, int draws, Rng rng) {
    if (warmup < 0 || draws < 1) {
      throw new IllegalArgumentException(
          "tempering: no negative warm-up and at least one draw, not %d and %d"
              .formatted(warmup, draws));
    }
    Program program =
        Program.compileRandom((Tensor x, Rng key) -> {
          Move m = move(x, key);
          return Step.outputs(m.states, m.swaps);
        });
    double[] swaps = new double[betas.length - 1];
    Tensor x = start;
    Shape one = target(start).shape();
    Trail trail = new Trail(Tensor.zeros(one.dims()).cast(start.dtype()), draws);
    for (int i = 0; i < warmup + draws; i++) {
      Program.Result result = program.run(rng.split(i), x);
      x = result.output(0);
      if (i >= warmup) {
        double[] rates = result.output(1).toDoubleArray();
        Arrays.setAll(swaps, k -> swaps[k] + rates[k] / draws);
        trail.add(target(x));
      }
    }
    return new Run(trail.joined(), swaps, x);
  }
}
