package shinso.zoo.energy;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.model.ChainSampler;
import shinso.nn.model.Completer;
import shinso.nn.model.DensityModel;
import shinso.nn.model.EnergyModel;

/**
 * Boltzmann machine: binary units of which any two may be connected, the first of them visible
 * (Ackley, Hinton and Sejnowski, "A learning algorithm for Boltzmann machines", 1985; Goodfellow,
 * Bengio and Courville, "Deep learning", section 20.1).
 *
 * <pre>
 * E(x) = −xᵀU x − bᵀx,   x = (v, h)                                          (20.2)
 *      = −vᵀR v − vᵀW h − hᵀS h − bᵀv − cᵀh                                  (20.3)
 * p(x) = exp(−E(x)) / Z                                                      (20.1)
 * p(xᵢ = 1 | x₋ᵢ) = σ(b + (U + Uᵀ) x)ᵢ
 * ∂ log p(v) / ∂Uᵢⱼ = E[xᵢ xⱼ | v] − E[xᵢ xⱼ]
 * </pre>
 *
 * <p>U counts each pair of connected units once, above its diagonal; what else stands in the
 * parameter is not looked at. Units that are connected are never drawn at once: a sweep goes
 * through the colours of the graph.
 *
 * <p>Several machines of one shape may learn side by side: parameters, states and results have the
 * number of machines as a further axis {@code [*]} before all others.
 *
 * @param weight U, {@code [*, n, n]}
 * @param bias of the visible and the hidden units, {@code [*, n]}
 * @param connections which units are connected
 * @param visible how many units are visible, the first ones
 */
public record BoltzmannMachine(Param weight, Param bias, Connections connections, int visible)
    implements ChainSampler, DensityModel, EnergyModel, Completer {
  /** So many units are summed over state by state. */
  private static final int ENUMERABLE = 20;

  /** Sweeps until a chain is taken to have forgotten where it began. */
  private static final int BURN_IN = 1_000;

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException unless weights and biases are those of the graph's units, and
   *     no more than these are visible
   */
  public BoltzmannMachine {
    int n = connections.units();
    Shape machines = weight.shape().slice(0, Math.max(0, weight.shape().rank() - 2));
    if (!weight.shape().equals(machines.concat(Shape.of(n, n)))
        || !bias.shape().equals(machines.concat(Shape.of(n)))) {
      throw new IllegalArgumentException(
          "Boltzmann machine: %d units have weights [*, %d, %d] and biases [*, %d], not %s and %s"
              .formatted(n, n, n, n, weight.shape(), bias.shape()));
    }
    if (visible < 1 || visible > n) {
      throw new IllegalArgumentException(
          "Boltzmann machine: 1 to %d units are visible, not %d".formatted(n, visible));
    }
  }

  /** Returns a machine whose weights and biases are 0, as Ackley et al. begin. */
  public static BoltzmannMachine of(Connections connections, int visible) {
    int n = connections.units();
    return new BoltzmannMachine(
        Param.of(Tensor.zeros(n, n)), Param.of(Tensor.zeros(n)), connections, visible);
  }

  /** Returns a machine with small random weights. */
  public static BoltzmannMachine of(Connections connections, int visible, Rng rng) {
    BoltzmannMachine machine = of(connections, visible);
    machine.weight.assign(machine.weight.value().normalLike(rng).mul(0.01));
    return machine;
  }

  /** Returns so many machines side by side, whose weights and biases are 0. */
  public static BoltzmannMachine sideBySide(int machines, Connections connections, int visible) {
    int n = connections.units();
    return new BoltzmannMachine(
        Param.of(Tensor.zeros(machines, n, n)),
        Param.of(Tensor.zeros(machines, n)),
        connections,
        visible);
  }

  private int units() {
    return connections.units();
  }

  private int hiddenUnits() {
    return units() - visible;
  }

  /** U with nothing where there is no connection. */
  private Tensor u() {
    return weight.value().mul(connections.mask().cast(weight.dtype()));
  }

  /** U + Uᵀ. */
  private Tensor symmetric() {
    return u().add(u().swapAxes(-1, -2));
  }

  private Tensor b() {
    return bias.value().unsqueeze(-2); // [*, 1, n]
  }

  // ---- energies

  /** Returns E(x) of states of all units: {@code [*, b, n] -> [*, b]}. */
  public Tensor energy(Tensor x) {
    return x.matmul(u()).add(b()).mul(x).sum(-1).neg();
  }

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    return energy(Tensor.concat(-1, List.of(visible, hidden)));
  }

  /**
   * Returns F(v) = −log Σₕ exp(−E(v, h)): a sum over the states of the hidden units, or a product
   * if these aren't connected among themselves. {@code [*, b, visible] -> [*, b]}
   *
   * @throws IllegalArgumentException if connected hidden units are more than 20
   */
  @Override
  public Tensor freeEnergy(Tensor v) {
    Tensor alone = v.matmul(part(0, visible, 0, visible)).add(part(0, visible)).mul(v).sum(-1);
    Tensor input =
        part(visible, units()).add(v.matmul(part(0, visible, visible, units()))); // c+Wᵀv
    return alone.add(logSumOverHidden(input)).neg(); // [*, b]
  }

  /** Returns log Σₕ exp(hᵀS h + hᵀ input): {@code [*, b, hidden] -> [*, b]}. */
  private Tensor logSumOverHidden(Tensor input) {
    if (connections.areIndependentFrom(visible)) {
      return input.softplus().sum(-1);
    }
    Tensor h = states(hiddenUnits()); // [2^hidden, hidden]
    Tensor within = h.matmul(part(visible, units(), visible, units())).mul(h).sum(-1);
    return input.matmul(h.transpose()).add(within.unsqueeze(-2)).logSumExp(-1);
  }

  /** A block of U. */
  private Tensor part(int from, int to, int fromColumn, int toColumn) {
    return u().slice(-2, from, to).slice(-1, fromColumn, toColumn);
  }

  /** A part of the biases, {@code [*, 1, units]}. */
  private Tensor part(int from, int to) {
    return b().slice(-1, from, to);
  }

  private Tensor states(int units) {
    if (units > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d units are too many to sum over; estimate log Z by annealing"
              .formatted(units));
    }
    return new Enumeration(units, weight.dtype()).states();
  }

  /**
   * Returns log Z of each machine by a sum over all states; it has gradients. {@code [*]}
   *
   * @throws IllegalArgumentException if more than 20 visible units or connected hidden units had to
   *     be summed over
   */
  public Tensor logPartition() {
    return freeEnergy(states(visible)).neg().logSumExp(-1);
  }

  /** Returns log p(v) by a sum over all states, for small machines: {@code [*, b]}. */
  @Override
  public Tensor logProbability(Tensor v) {
    return freeEnergy(v).neg().sub(logPartition().unsqueeze(-1));
  }

  // ---- Gibbs sampling

  /**
   * Draws units anew, one colour of the graph after the other, each given all others: {@code [*, b,
   * n]}.
   *
   * @param from the first unit that is drawn: 0 for all, the number of the visible ones for the
   *     hidden ones given these
   * @param temperature T, p(xᵢ = 1 | x₋ᵢ) = σ((b + (U + Uᵀ) x)ᵢ / T)
   */
  public Tensor sweep(Tensor x, int from, double temperature, Rng rng) {
    Tensor beta = Tensor.constant(1 / temperature, weight.dtype());
    return sweep(x, symmetric().mul(beta), b().mul(beta), connections.coloursFrom(from), null, rng);
  }

  /** A sweep with other weights, symmetric ones, and biases; known units are held. */
  private static Tensor sweep(
      Tensor x, Tensor w, Tensor b, List<int[]> colours, @Nullable Tensor known, Rng rng) {
    Tensor y = x;
    for (int c = 0; c < colours.size(); c++) {
      int[] units = colours.get(c);
      Tensor drawn = input(y, w, b, units).sigmoid().bernoulli(rng.split(c));
      Tensor fresh = hit(units, w);
      Tensor changes = known == null ? fresh : fresh.mul(known.rsub(1));
      y = Tensor.select(changes, placed(drawn, units, w), y);
    }
    return y;
  }

  /** What some units get from all others and their biases: {@code [*, b, some]}. */
  private static Tensor input(Tensor x, Tensor w, Tensor b, int[] units) {
    Tensor some = Tensor.of(units);
    Tensor from =
        units.length == 1
            ? x.mul(w.slice(-2, units[0], units[0] + 1)).sumKeep(-1)
            : x.matmul(w.gather(-1, some));
    return from.add(b.gather(-1, some));
  }

  /** Values of some units at their places among all: {@code [*, b, some] -> [*, b, n]}. */
  private static Tensor placed(Tensor values, int[] units, Tensor w) {
    int n = w.shape().dim(-1);
    return units.length == 1 ? values : values.scatterAdd(-1, Tensor.of(units), n);
  }

  /** 1 at some units, else 0: {@code [n]}. */
  private static Tensor hit(int[] units, Tensor w) {
    float[] ones = new float[w.shape().dim(-1)];
    Arrays.stream(units).forEach(i -> ones[i] = 1);
    return Tensor.of(ones).cast(w.dtype());
  }

  /**
   * Returns the distributions between one of independent units and this machine over all its units,
   * f_β(x) = exp((1 − β) aᵀx − β E(x)). A transition is a sweep; the reverse one goes through the
   * colours in the opposite order.
   *
   * @param a biases of the independent units, {@code [n]}
   * @throws IllegalArgumentException if there are several machines side by side
   */
  public Ais.Path annealing(Tensor a) {
    if (weight.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "Boltzmann machine: one machine can be annealed, not %s side by side"
              .formatted(weight.shape().slice(0, weight.shape().rank() - 2)));
    }
    return new Annealing(this, a.evaluate());
  }

  private record Annealing(BoltzmannMachine machine, Tensor a) implements Ais.Path {
    @Override
    public Tensor start(int chains, Rng rng) {
      return a.sigmoid().unsqueeze(0).tile(0, chains).bernoulli(rng);
    }

    @Override
    public double logNormalizer() {
      return a.softplus().sum().item();
    }

    @Override
    public Tensor logWeight(Tensor x, Tensor beta) {
      return x.mul(a).sum(-1).mul(beta.rsub(1)).sub(machine.energy(x).mul(beta));
    }

    @Override
    public Tensor logRatio(Tensor x, Tensor from, Tensor to) {
      return machine.energy(x).add(x.mul(a).sum(-1)).neg().mul(to.sub(from));
    }

    @Override
    public Tensor transition(Tensor x, Tensor beta, Rng rng) {
      return sweep(x, beta, machine.connections.coloursFrom(0), rng);
    }

    @Override
    public Tensor reverse(Tensor x, Tensor beta, Rng rng) {
      return sweep(x, beta, machine.connections.coloursFrom(0).reversed(), rng);
    }

    private Tensor sweep(Tensor x, Tensor beta, List<int[]> colours, Rng rng) {
      Tensor bias = a.mul(beta.rsub(1)).add(machine.b().mul(beta));
      return BoltzmannMachine.sweep(x, machine.symmetric().mul(beta), bias, colours, null, rng);
    }
  }

  // ---- abilities

  /**
   * Returns states of all units that are on or off with probability one half: {@code [*, b, n]}.
   */
  Tensor random(int count, Rng rng) {
    Shape machines = bias.shape().slice(0, bias.shape().rank() - 1);
    Tensor half = Tensor.full(machines.concat(Shape.of(count, units())), 0.5);
    return half.cast(weight.dtype()).bernoulli(rng);
  }

  /** Draws the visible units by long chains of sweeps from random states: {@code [*, count, v]}. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor start = random(count, rng.split("start")).evaluate();
    Gibbs chains = Gibbs.of(start, (x, key) -> sweep(x, 0, 1, key));
    return chains.run(BURN_IN, rng.split("chain")).slice(-1, 0, visible);
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    return random(count, rng);
  }

  /** Returns examples, and hidden units drawn given these. */
  @Override
  public Tensor chainFrom(Tensor x, Rng rng) {
    Tensor v = x.flatten(1).bernoulli(rng.split(0));
    Tensor states = random(x.shape().dim(0), rng.split(1)).withSlice(1, 0, v);
    return sweep(states, visible, 1, rng.split(2));
  }

  /** Draws all units anew, one colour of the graph after the other. */
  @Override
  public Tensor chainStep(Tensor states, Rng rng) {
    return sweep(states, 0, 1, rng);
  }

  /** Returns the visible units themselves: each is drawn given units that were drawn before it. */
  @Override
  public Tensor chainShown(Tensor states, Rng rng) {
    return states.slice(-1, 0, visible);
  }

  /** Draws the visible units that are missing by sweeps in which the given ones are held. */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    int hidden = hiddenUnits();
    Tensor given = x.pad(-1, 0, hidden, 0).evaluate(); // [b, n]
    Tensor held = known.broadcastTo(x.shape()).pad(-1, 0, hidden, 0).evaluate();
    Tensor start = Tensor.select(held, given, random(x.shape().dim(-2), rng.split("start")));
    List<int[]> colours = connections.coloursFrom(0);
    Gibbs chains =
        Gibbs.of(start.evaluate(), (y, key) -> sweep(y, symmetric(), b(), colours, held, key));
    return chains.run(BURN_IN, rng.split("chain")).slice(-1, 0, visible);
  }
}
