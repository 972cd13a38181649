package shinso.nn.chain;

import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Hamiltonian Monte Carlo: chains with the density exp(−U(q)) / Z, moved along trajectories of
 *
 * <pre>
 * H(q, p) = U(q) + ½ |p|²,  p ~ N(0, 1)
 * </pre>
 *
 * by leapfrog steps of size ε, at whose end a chain is moved with probability min(1, exp(H(q, p) −
 * H(q', p'))) and stays otherwise. The momenta have unit masses: variables of very different scales
 * are scaled first.
 *
 * <p>Source: Neal, "MCMC using Hamiltonian dynamics" (2011), sections 2.3 and 3.2; the optimal rate
 * of acceptance of section 4.4 is 0.65.
 *
 * @param energy U, {@code [chains, d] -> [chains]}
 * @param leaps leapfrog steps of a trajectory
 * @param stepSize ε to begin with
 * @param target the rate of acceptance that ε is adapted to while chains warm up
 * @param jitter each trajectory has a step size drawn from ε (1 ± jitter), so that none returns to
 *     its start for ever
 */
public record Hmc(
    UnaryOperator<Tensor> energy, int leaps, double stepSize, double target, double jitter) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Hmc {
    if (leaps < 1
        || !(stepSize > 0 && stepSize < Double.POSITIVE_INFINITY)
        || !(target > 0 && target < 1)
        || !(jitter >= 0 && jitter < 1)) {
      throw new IllegalArgumentException(
          "hmc: at least one leap, a positive step size, a target in (0, 1) and a jitter in [0, 1),"
              + " not %d, %s, %s and %s".formatted(leaps, stepSize, target, jitter));
    }
  }

  /** Returns a sampler with 20 leapfrog steps of 0.1 at first, a target of 0.65, 10 % jitter. */
  public static Hmc of(UnaryOperator<Tensor> energy) {
    return new Hmc(energy, 20, 0.1, 0.65, 0.1);
  }

  /** Returns this with another number of leapfrog steps. */
  public Hmc leaps(int count) {
    return new Hmc(energy, count, stepSize, target, jitter);
  }

  /** Returns this with another step size to begin with. */
  public Hmc stepSize(double size) {
    return new Hmc(energy, leaps, size, target, jitter);
  }

  /** Returns this with another rate of acceptance to adapt to. */
  public Hmc target(double rate) {
    return new Hmc(energy, leaps, stepSize, rate, jitter);
  }

  /**
   * Where chains are and how they move.
   *
   * @param position q, {@code [chains, d]}
   * @param momentum p, {@code [chains, d]}
   */
  public record Phase(Tensor position, Tensor momentum) {
    /** Returns the phase with reversed momenta. */
    public Phase reversed() {
      return new Phase(position, momentum.neg());
    }
  }

  /**
   * A proposed step, taken or not.
   *
   * @param position the next q, {@code [chains, d]}
   * @param acceptance the probability with which each chain moved, {@code [chains]}
   */
  public record Move(Tensor position, Tensor acceptance) {}

  /**
   * What a run gave.
   *
   * @param draws the states after each trajectory, {@code [draws, chains, d]}
   * @param acceptance the mean probability of acceptance of these trajectories
   * @param stepSize ε after adaptation
   */
  public record Run(Tensor draws, double acceptance, double stepSize) {
    /** Returns the states of all chains as one list: {@code [draws · chains, d]}. */
    public Tensor pooled() {
      Shape s = draws.shape();
      return draws.reshape(s.dim(0) * s.dim(1), s.dim(2));
    }
  }

  /** Returns H of each chain: {@code [chains]}. */
  public Tensor hamiltonian(Phase phase) {
    return energy.apply(phase.position).add(phase.momentum.square().sum(-1).mul(0.5));
  }

  /**
   * Returns the end of a trajectory: half a step of the momenta, whole steps of positions and
   * momenta in turn, half a step of the momenta. It preserves volume, and from its end with
   * reversed momenta it leads back.
   *
   * @param stepSize ε, a scalar
   */
  public Phase leapfrog(Phase start, Tensor stepSize) {
    Tensor q = start.position;
    Tensor p = start.momentum.sub(force(q).mul(stepSize.mul(0.5)));
    for (int i = 0; i < leaps; i++) {
      q = q.add(p.mul(stepSize));
      p = p.sub(force(q).mul(i == leaps - 1 ? stepSize.mul(0.5) : stepSize));
    }
    return new Phase(q, p);
  }

  /** ∂U/∂q; chains don't see each other, so that the sum's gradient is each one's. */
  private Tensor force(Tensor q) {
    return Autodiff.gradient(energy.apply(q).sum(), q);
  }

  /**
   * Returns one trajectory with its test, as an expression.
   *
   * @param q {@code [chains, d]}
   * @param stepSize ε, a scalar
   */
  public Move move(Tensor q, Tensor stepSize, Rng rng) {
    Phase start = new Phase(q, q.normalLike(rng.split("momentum")));
    Phase end = leapfrog(start, stepSize);
    Tensor gain = hamiltonian(start).sub(hamiltonian(end)); // [chains]
    // A trajectory that has left the finite numbers has a gain that is not a number.
    Tensor finite = gain.equal(gain);
    Tensor accept = Tensor.select(finite, gain.minimum(0).exp(), 0);
    Tensor moved = accept.uniformLike(rng.split("accept")).less(accept).unsqueeze(-1);
    return new Move(Tensor.select(moved, end.position, q), accept);
  }

  /**
   * Returns the step size for the next trajectory, as an expression, for chains that are part of a
   * learner: log ε rises by a twentieth of what the rate of acceptance lies above its target. The
   * learner keeps ε beside its chains.
   *
   * @param stepSize ε, a scalar
   * @param acceptance of the last trajectory, {@code [chains]}
   */
  public Tensor adapted(Tensor stepSize, Tensor acceptance) {
    return stepSize.mul(acceptance.mean().sub(target).mul(0.05).exp());
  }

  /**
   * Runs chains: trajectories that adapt the step size and are forgotten, then those that count.
   *
   * @param start {@code [chains, d]}
   * @param warmup trajectories of the first kind
   * @param draws trajectories of the second kind
   * @throws IllegalArgumentException if the shape is another one or a number is too small
   */
  public Run run(Tensor start, int warmup, int draws, Rng rng) {
    if (start.shape().rank() != 2 || warmup < 0 || draws < 1) {
      throw new IllegalArgumentException(
          "hmc: states [chains, d], no negative warm-up and at least one draw, not %s, %d and %d"
              .formatted(start.shape(), warmup, draws));
    }
    Program program =
        Program.compileRandom((Tensor q, Tensor size, Rng key) -> {
          Move m = move(q, size, key);
          return Step.outputs(m.position, m.acceptance.mean());
        });
    RandomGenerator spread = rng.split("jitter").generator();
    Rng keys = rng.split("moves");
    double logSize = Math.log(stepSize);
    double averaged = 0;
    double accepted = 0;
    Tensor q = start;
    Trail trail = new Trail(start, draws);
    for (int i = 0; i < warmup + draws; i++) {
      double size = Math.exp(logSize) * (1 + jitter * (2 * spread.nextDouble() - 1));
      Tensor epsilon = Tensor.scalar(size).cast(start.dtype());
      Program.Result result = program.run(keys.split(i), q, epsilon);
      q = result.output(0);
      double rate = result.output(1).item();
      if (i >= warmup) {
        accepted += rate;
        trail.add(q);
        continue;
      }
      // Robbins and Monro's search for the size with the wanted rate; the mean of the second half
      // has less noise than the last one.
      logSize += (rate - target) / Math.pow(i + 1, 0.6);
      int second = warmup - warmup / 2;
      averaged += i >= warmup - second ? logSize / second : 0;
      if (i == warmup - 1) {
        logSize = averaged;
      }
    }
    return new Run(trail.joined(), accepted / draws, Math.exp(logSize));
  }
}
