package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.layer.State;
import shinso.nn.model.ChainSampler;
import shinso.nn.model.Completer;
import shinso.nn.model.EnergyModel;
import shinso.nn.model.LatentVariableModel;

/**
 * Deep Boltzmann machine: binary units in layers x⁰ = v, x¹ = h¹, …, xᴸ = hᴸ with connections
 * between neighbouring layers only, none of them directed.
 *
 * <pre>
 * E(v, h) = −Σₗ (xˡ − μˡ)ᵀbˡ − Σₗ (xˡ⁻¹ − μˡ⁻¹)ᵀWˡ(xˡ − μˡ)                     (20.25)
 * p(xˡ = 1 | xˡ⁻¹, xˡ⁺¹) = σ(aˡ)                                             (20.26 to 20.28)
 * aˡ = bˡ + (xˡ⁻¹ − μˡ⁻¹)Wˡ + (xˡ⁺¹ − μˡ⁺¹)Wˡ⁺¹ᵀ
 * Q(h | v) = Πₗ Πⱼ Q(hˡⱼ | v),   ĥˡ = σ(aˡ(v, ĥ))                              (20.33, 20.34)
 * log p(v) ≥ −E(v, ĥ) + H(Q) − log Z                                          (20.35)
 * </pre>
 *
 * <p>Given the layers of even number those of odd number are independent and the other way round:
 * one half is drawn, or summed out in closed form, given the other. The chains here have the states
 * of the even layers, visible units first, {@code [n, even]}.
 *
 * <p>The offsets μ are zero in the plain machine. A centred one (Montavon and Müller 2012) has its
 * units' means there, which changes no distribution that the machine can have but the way that it
 * is learned.
 *
 * <p>Sources: Salakhutdinov and Hinton, "Deep Boltzmann machines" (2009); Montavon and Müller,
 * "Deep Boltzmann machines and the centering trick" (2012); Goodfellow, Bengio and Courville, "Deep
 * learning", section 20.4, whose equations are numbered above.
 *
 * @param weights W¹ … Wᴸ, {@code [units below, units above]}
 * @param biases b⁰ … bᴸ, {@code [units]}
 * @param offsets μ⁰ … μᴸ, {@code [units]}
 */
public record Dbm(List<Param> weights, List<Param> biases, @State List<Param> offsets)
    implements ChainSampler, AnnealedModel, EnergyModel, LatentVariableModel, Completer {
  /** Units that are summed over state by state. */
  private static final int ENUMERABLE = 20;

  private static final int BURN_IN = 1_000;
  private static final MeanField ENCODING = MeanField.of(20);

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException unless there are a bias and an offset for each layer and
   *     weights between neighbours
   */
  public Dbm {
    weights = List.copyOf(weights);
    biases = List.copyOf(biases);
    offsets = List.copyOf(offsets);
    if (weights.isEmpty()
        || biases.size() != weights.size() + 1
        || offsets.size() != biases.size()) {
      throw new IllegalArgumentException(
          "deep Boltzmann machine: L weights and L + 1 biases and offsets, not %d, %d and %d"
              .formatted(weights.size(), biases.size(), offsets.size()));
    }
    for (int l = 1; l < biases.size(); l++) {
      Shape between = Shape.of(biases.get(l - 1).shape().size(), biases.get(l).shape().size());
      if (!weights.get(l - 1).shape().equals(between)) {
        throw new IllegalArgumentException(
            "deep Boltzmann machine: weights %d are %s, not %s as the biases say"
                .formatted(l, weights.get(l - 1).shape(), between));
      }
    }
  }

  /** Returns a plain machine with small random weights and no biases; visible units first. */
  public static Dbm of(Rng rng, int... units) {
    List<Param> weights = new ArrayList<>();
    for (int l = 1; l < units.length; l++) {
      Shape shape = Shape.of(units[l - 1], units[l]);
      weights.add(Param.of(Initializer.normal(0.01).draw(shape, rng.split(l))));
    }
    return new Dbm(weights, zeros(units), zeros(units));
  }

  private static List<Param> zeros(int... units) {
    return IntStream.of(units).mapToObj(n -> Param.of(Tensor.zeros(n))).toList();
  }

  /**
   * Returns this machine with visible biases that give each unit its share in the data.
   *
   * @param rates {@code [visible]}
   */
  public Dbm withBaseRates(Tensor rates) {
    biases.getFirst().assign(Bernoulli.ofRates(rates).logits());
    return this;
  }

  /**
   * Returns this machine centred at the start: visible offsets are the data's means, hidden ones
   * σ(bˡ) (Montavon and Müller 2012).
   *
   * @param rates the means, {@code [visible]}
   */
  public Dbm centred(Tensor rates) {
    withBaseRates(rates);
    offsets.getFirst().assign(rates);
    for (int l = 1; l <= depth(); l++) {
      offsets.get(l).assign(b(l).sigmoid());
    }
    return this;
  }

  /**
   * Returns the machine of greedily learned layers: lowest and highest with doubled units, those
   * between ordinary ones whose weights are halved. Of the two biases that a layer has the mean is
   * taken, so that the input of a hidden layer is the mean of what the machines below and above it
   * say (Salakhutdinov and Hinton 2009, section 3.3; section 20.4.4).
   *
   * @param parts the lowest first, each with as many visible units as the one below has hidden
   * @throws IllegalArgumentException if the doubled units are not where they have to be
   */
  public static Dbm of(List<ReplicatedRbm> parts) {
    int top = parts.size() - 1;
    List<Param> weights = new ArrayList<>();
    List<Param> biases = new ArrayList<>();
    for (int l = 0; l <= top; l++) {
      ReplicatedRbm part = parts.get(l);
      int below = l == 0 && top > 0 ? 2 : 1;
      int above = l == top && top > 0 ? 2 : 1;
      if (part.visibleCopies() != below || part.hiddenCopies() != above) {
        throw new IllegalArgumentException(
            ("deep Boltzmann machine: part %d of %d has %d visible and %d hidden copies, not %d and"
                    + " %d")
                .formatted(
                    l + 1, top + 1, part.visibleCopies(), part.hiddenCopies(), below, above));
      }
      Tensor w = part.weight().value();
      weights.add(Param.of(l > 0 && l < top ? w.mul(0.5).evaluate() : w));
      Tensor b = part.visibleBias().value();
      Tensor bias = l == 0 ? b : b.add(parts.get(l - 1).hiddenBias().value()).mul(0.5);
      biases.add(Param.of(bias.evaluate()));
    }
    biases.add(Param.of(parts.getLast().hiddenBias().value()));
    return new Dbm(
        weights, biases, biases.stream().map(p -> Param.of(p.value().zerosLike())).toList());
  }

  private int depth() {
    return weights.size();
  }

  private int units(int l) {
    return biases.get(l).shape().size();
  }

  private Tensor w(int l) {
    return weights.get(l - 1).value();
  }

  private Tensor b(int l) {
    return biases.get(l).value();
  }

  private Tensor mu(int l) {
    return offsets.get(l).value();
  }

  /** aˡ, what layer l feels of its neighbours: {@code [n, units]}. */
  private Tensor input(int l, List<Tensor> x) {
    Tensor a = b(l);
    if (l > 0) {
      a = a.add(x.get(l - 1).sub(mu(l - 1)).matmul(w(l)));
    }
    return l == depth() ? a : a.add(x.get(l + 1).sub(mu(l + 1)).matmul(w(l + 1).transpose()));
  }

  // ---- states of all layers, or of the even or the odd ones

  /** The numbers of the layers from one on in steps of two. */
  private int[] everySecond(int from) {
    return IntStream.rangeClosed(0, depth()).filter(l -> l % 2 == from % 2 && l >= from).toArray();
  }

  private int count(int... layers) {
    return IntStream.of(layers).map(this::units).sum();
  }

  /** The layers that a state {@code [n, even]} or {@code [n, odd]} has; the others are left out. */
  private List<Tensor> parted(Tensor state, int... layers) {
    List<Tensor> x = new ArrayList<>();
    for (int l = 0; l <= depth(); l++) {
      x.add(Tensor.zeros(0));
    }
    int at = 0;
    for (int l : layers) {
      x.set(l, state.slice(1, at, at + units(l)));
      at += units(l);
    }
    return x;
  }

  /** Draws the layers of one half given a state of the other. */
  private Tensor drawn(int half, Tensor other, Rng rng) {
    List<Tensor> x = parted(other, everySecond(1 - half));
    return Tensor.concat(
        1,
        IntStream.of(everySecond(half))
            .mapToObj(l -> input(l, x).sigmoid().bernoulli(rng.split(l)))
            .toList());
  }

  /** Returns odd layers drawn given the even ones: {@code [n, even] -> [n, odd]}. */
  public Tensor odd(Tensor even, Rng rng) {
    return drawn(1, even, rng);
  }

  /**
   * Returns a step of block Gibbs sampling: odd layers given even ones, then even given odd ones.
   * {@code [n, even] -> [n, even]}
   */
  public Tensor gibbs(Tensor even, Rng rng) {
    return drawn(0, odd(even, rng.split(0)), rng.split(1));
  }

  /** Returns p(v = 1 | h¹) for one draw of the odd layers: {@code [n, even] -> [n, visible]}. */
  public Tensor shown(Tensor even, Rng rng) {
    return input(0, parted(odd(even, rng), everySecond(1))).sigmoid();
  }

  /** Returns states for chains to begin with, visible units by their rates and others by half. */
  public Tensor start(Tensor rates, int count, Rng rng) {
    Tensor hidden = Tensor.zeros(count(everySecond(2))).add(0.5);
    Tensor all = Tensor.concat(0, List.of(rates, hidden)); // [even]
    return all.unsqueeze(0).tile(0, count).bernoulli(rng);
  }

  // ---- energies

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    List<Tensor> x = parted(hidden, IntStream.rangeClosed(1, depth()).toArray());
    x.set(0, flat(visible));
    return energy(x);
  }

  /** E of all layers' states, or its mean under independent units that are on so often: [n]. */
  private Tensor energy(List<Tensor> x) {
    Tensor sum = x.getFirst().sub(mu(0)).mul(b(0)).sum(1);
    for (int l = 1; l <= depth(); l++) {
      Tensor fed = b(l).add(x.get(l - 1).sub(mu(l - 1)).matmul(w(l)));
      sum = sum.add(x.get(l).sub(mu(l)).mul(fed).sum(1));
    }
    return sum.neg();
  }

  /** log Σ exp(−E) over the layers of the other half: {@code [n, units of this half] -> [n]}. */
  private Tensor summedOut(int half, Tensor state) {
    List<Tensor> x = parted(state, everySecond(half));
    Tensor sum = state.slice(1, 0, 1).mul(0).sum(1);
    for (int l = 0; l <= depth(); l++) {
      if (l % 2 == half) {
        sum = sum.add(x.get(l).sub(mu(l)).mul(b(l)).sum(1));
      } else {
        Tensor a = input(l, x);
        sum = sum.add(a.softplus().sub(a.mul(mu(l))).sum(1));
      }
    }
    return sum;
  }

  /**
   * Returns −log Σ exp(−E) over the odd layers, of which the gradient is that of the energy
   * averaged over them: {@code [n, even] -> [n]}.
   */
  public Tensor evenFreeEnergy(Tensor even) {
    return summedOut(0, even).neg();
  }

  /**
   * Returns the free energy by a sum over all states of the even hidden layers: of a machine small
   * enough for it.
   *
   * @throws IllegalArgumentException if these have more than 20 units
   */
  @Override
  public Tensor freeEnergy(Tensor visible) {
    Tensor v = flat(visible);
    int n = v.shape().dim(0);
    int upper = count(everySecond(2));
    if (upper == 0) {
      return evenFreeEnergy(v);
    }
    Tensor states = states(upper, "bound it by mean field").cast(v.dtype()); // [s, upper]
    int s = states.shape().dim(0);
    Tensor first = v.unsqueeze(1).tile(1, s).reshape(n * s, units(0));
    Tensor all = Tensor.concat(1, List.of(first, states.tile(0, n))); // [n s, even]
    return summedOut(0, all).reshape(n, s).logSumExp(1).neg();
  }

  private static Tensor states(int units, String otherwise) {
    if (units > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d units are too many to sum over; %s".formatted(units, otherwise));
    }
    return Enumeration.of(units).states();
  }

  /**
   * Returns log Z by a sum over all states of the even or of the odd layers, whichever have fewer
   * units; it has gradients.
   *
   * @throws IllegalArgumentException if both have more than 20 units
   */
  public Tensor logPartition() {
    int half = count(everySecond(0)) < count(everySecond(1)) ? 0 : 1;
    Tensor states = states(count(everySecond(half)), "estimate log Z by annealing");
    return summedOut(half, states.cast(b(0).dtype())).logSumExp(0);
  }

  // ---- mean field

  /**
   * Returns the posterior of independent units nearest to p(h | v) in KL(Q ‖ p) that is found from
   * an upward pass, in which layers that will have one above count their input twice. The layers of
   * odd number are moved together and then those of even number, so that without damping no
   * iteration lowers the bound.
   *
   * @param visible {@code [n, *]}
   */
  public MeanField.Posterior meanField(Tensor visible, MeanField how) {
    List<Tensor> x = upward(flat(visible));
    Tensor running = x.getFirst().mul(0).sum(1).add(1); // [n], 1 until an example has converged
    Tensor made = running.mul(0);
    Tensor last = made;
    for (int i = 0; i < how.iterations(); i++) {
      List<Tensor> next = moved(x, how.damping());
      Tensor change = change(x, next);
      Tensor on = running.greater(0);
      for (int l = 1; l <= depth(); l++) {
        x.set(l, Tensor.select(on.unsqueeze(1), next.get(l), x.get(l)));
      }
      made = made.add(running);
      last = Tensor.select(on, change, last);
      running = Tensor.select(change.less(how.tolerance()), running.mul(0), running);
    }
    return new MeanField.Posterior(List.copyOf(x.subList(1, depth() + 1)), made, last);
  }

  private List<Tensor> upward(Tensor v) {
    List<Tensor> x = new ArrayList<>(List.of(v));
    for (int l = 1; l <= depth(); l++) {
      Tensor fed = x.getLast().sub(mu(l - 1)).matmul(w(l));
      x.add(b(l).add(l < depth() ? fed.mul(2) : fed).sigmoid());
    }
    return x;
  }

  private List<Tensor> moved(List<Tensor> x, double damping) {
    List<Tensor> next = new ArrayList<>(x);
    for (int half = 1; half <= 2; half++) {
      for (int l : everySecond(half)) {
        Tensor target = input(l, next).sigmoid();
        Tensor old = x.get(l);
        next.set(l, damping == 0 ? target : target.add(old.sub(target).mul(damping)));
      }
    }
    return next;
  }

  private static Tensor change(List<Tensor> x, List<Tensor> next) {
    Tensor change = next.get(1).sub(x.get(1)).abs().max(1);
    for (int l = 2; l < x.size(); l++) {
      change = change.maximum(next.get(l).sub(x.get(l)).abs().max(1));
    }
    return change;
  }

  /**
   * Returns E(v, ĥ), the energy's mean under a posterior, with gradients by the machine's
   * parameters.
   */
  public Tensor meanEnergy(Tensor visible, MeanField.Posterior q) {
    List<Tensor> x = new ArrayList<>(List.of(flat(visible)));
    q.layers().forEach(h -> x.add(h.stopGradient()));
    return energy(x);
  }

  /**
   * Returns what log p(v) + log Z cannot fall below by a posterior, −E(v, ĥ) + H(Q): {@code [n]}.
   */
  public Tensor bound(Tensor visible, MeanField.Posterior q) {
    Tensor bound = meanEnergy(visible, q).neg();
    for (Tensor h : q.layers()) {
      bound = bound.add(entropy(h).add(entropy(h.rsub(1))).sum(1));
    }
    return bound;
  }

  /** −p log p, which is 0 at 0. */
  private static Tensor entropy(Tensor p) {
    return p.mul(p.maximum(1e-30).log()).neg();
  }

  // ---- centring

  /**
   * Returns the updates that move the offsets towards means, and the biases so that the
   * distribution stays (Montavon and Müller 2012).
   *
   * @param means of each layer, the visible one first: {@code [units]}
   * @param rate ν, of the way that is gone
   */
  public List<Update> recentred(List<Tensor> means, double rate) {
    List<Tensor> by = new ArrayList<>();
    for (int l = 0; l <= depth(); l++) {
      by.add(means.get(l).sub(mu(l)).mul(rate));
    }
    List<Update> all = new ArrayList<>();
    for (int l = 0; l <= depth(); l++) {
      Tensor bias = b(l);
      if (l > 0) {
        bias = bias.add(by.get(l - 1).matmul(w(l)));
      }
      if (l < depth()) {
        bias = bias.add(w(l + 1).matmul(by.get(l + 1)));
      }
      all.add(new Update(offsets.get(l), mu(l).add(by.get(l))));
      all.add(new Update(biases.get(l), bias));
    }
    return all;
  }

  /** Returns the machine without offsets that has the same distribution, as it is now. */
  public Dbm plain() {
    List<Tensor> origin = IntStream.rangeClosed(0, depth()).mapToObj(l -> mu(l).mul(0)).toList();
    List<Param> shifted =
        IntStream.rangeClosed(0, depth())
            .mapToObj(l -> {
              List<Tensor> rows = origin.stream().map(t -> t.unsqueeze(0)).toList();
              return Param.of(input(l, rows).reshape(units(l)).evaluate());
            })
            .toList();
    return new Dbm(
        weights.stream().map(p -> Param.of(p.value())).toList(),
        shifted,
        origin.stream().map(t -> Param.of(t.evaluate())).toList());
  }

  // ---- partition function

  /**
   * Returns the distributions of the odd layers between a uniform one and this machine's as it is
   * now, of which the even layers are summed out (Salakhutdinov and Hinton 2009, section 3.2;
   * Salakhutdinov and Murray 2008). At β = 0 visible units have their rates in the data.
   *
   * @param rates {@code [visible]}
   */
  @Override
  public Ais.Path annealing(Tensor rates) {
    List<Tensor> none =
        IntStream.rangeClosed(0, depth()).mapToObj(l -> mu(l).mul(0).unsqueeze(0)).toList();
    return new Annealing(
        plain(), Bernoulli.ofRates(rates).logits().evaluate(), -energy(none).item());
  }

  /**
   * The path of the machine without offsets.
   *
   * @param dbm this machine
   * @param base the logits of the rates
   * @param constant by how much −E of the machine with offsets is above that of this one
   */
  private record Annealing(Dbm dbm, Tensor base, double constant) implements Ais.Path {
    private int[] odd() {
      return dbm.everySecond(1);
    }

    @Override
    public Tensor start(int chains, Rng rng) {
      return Tensor.zeros(chains, dbm.count(odd())).add(0.5).bernoulli(rng);
    }

    @Override
    public double logNormalizer() {
      int others = dbm.count(odd()) + dbm.count(dbm.everySecond(2));
      return base.softplus().sum().item() + others * Math.log(2) + constant;
    }

    /** What an even layer feels at β. */
    private Tensor input(int l, List<Tensor> x, Tensor beta) {
      Tensor a = dbm.input(l, x).mul(beta);
      return l == 0 ? a.add(base.mul(beta.rsub(1))) : a;
    }

    @Override
    public Tensor logWeight(Tensor odd, Tensor beta) {
      List<Tensor> x = dbm.parted(odd, odd());
      Tensor sum = ofBiases(x).mul(beta).add(constant);
      for (int l : dbm.everySecond(0)) {
        sum = sum.add(input(l, x, beta).softplus().sum(1));
      }
      return sum;
    }

    @Override
    public Tensor logRatio(Tensor odd, Tensor from, Tensor to) {
      List<Tensor> x = dbm.parted(odd, odd());
      Tensor sum = ofBiases(x).mul(to.sub(from));
      for (int l : dbm.everySecond(0)) {
        sum = sum.add(input(l, x, to).softplus().sub(input(l, x, from).softplus()).sum(1));
      }
      return sum;
    }

    private Tensor ofBiases(List<Tensor> x) {
      Tensor sum = x.get(1).mul(dbm.b(1)).sum(1);
      for (int l : dbm.everySecond(3)) {
        sum = sum.add(x.get(l).mul(dbm.b(l)).sum(1));
      }
      return sum;
    }

    @Override
    public Tensor transition(Tensor odd, Tensor beta, Rng rng) {
      List<Tensor> x = dbm.parted(odd, odd());
      for (int l : dbm.everySecond(0)) {
        x.set(l, input(l, x, beta).sigmoid().bernoulli(rng.split(l)));
      }
      List<Tensor> next = new ArrayList<>();
      for (int l : odd()) {
        next.add(dbm.input(l, x).mul(beta).sigmoid().bernoulli(rng.split(l)));
      }
      return Tensor.concat(1, next);
    }
  }

  // ---- abilities

  /** Draws by long chains of Gibbs sampling over all layers. */
  @Override
  public Tensor sample(int count, Rng rng) {
    return even(count, rng).slice(1, 0, units(0));
  }

  /** Returns odd layers, of which the path is. */
  @Override
  public Tensor reverseStart(int chains, Rng rng) {
    return odd(even(chains, rng), rng.split("odd")).evaluate();
  }

  private Tensor even(int count, Rng rng) {
    Tensor begin = chainStart(count, rng.split("start")).evaluate();
    return Gibbs.of(begin, this::gibbs).run(BURN_IN, rng.split("chain"));
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    return start(b(0).sigmoid(), count, rng);
  }

  /** Returns examples, and the other even layers drawn from an upward pass. */
  @Override
  public Tensor chainFrom(Tensor x, Rng rng) {
    List<Tensor> all = upward(flat(x));
    Tensor even = Tensor.concat(1, IntStream.of(everySecond(0)).mapToObj(all::get).toList());
    return even.bernoulli(rng);
  }

  @Override
  public Tensor chainStep(Tensor states, Rng rng) {
    return gibbs(states, rng);
  }

  @Override
  public Tensor chainShown(Tensor states, Rng rng) {
    return shown(states, rng);
  }

  /** Returns the mean-field probabilities of the highest layer. */
  @Override
  public Tensor encode(Tensor x) {
    return meanField(x, ENCODING).layers().getLast();
  }

  /** Returns the visible probabilities of a downward pass in which the layers below follow. */
  @Override
  public Tensor decode(Tensor z) {
    Tensor x = z;
    for (int l = depth(); l > 0; l--) {
      Tensor fed = x.sub(mu(l)).matmul(w(l).transpose());
      x = b(l - 1).add(l > 1 ? fed.mul(2) : fed).sigmoid();
    }
    return x;
  }

  /** Draws what is missing by Gibbs sampling in which the given visible units are held. */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor given = flat(x).evaluate();
    Tensor mask = flat(known.broadcastTo(x.shape())).evaluate();
    Tensor free = start(given.mean(0), given.shape().dim(0), rng.split("start"));
    Gibbs chains =
        Gibbs.of(held(free, given, mask).evaluate(), (s, key) -> held(gibbs(s, key), given, mask));
    return chains.run(BURN_IN, rng.split("chain")).slice(1, 0, units(0));
  }

  private Tensor held(Tensor even, Tensor given, Tensor mask) {
    Tensor v = even.slice(1, 0, units(0));
    return even.withSlice(1, 0, Tensor.select(mask, given, v));
  }

  private static Tensor flat(Tensor v) {
    return v.shape().rank() == 2 ? v : v.flatten(1);
  }
}
