package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Pass;
import shinso.nn.layer.SimpleRnn;

/**
 * Recurrent network and restricted Boltzmann machine: a frame is a state of binary units that
 * depend on each other, and on what came before by way of the machine's biases.
 *
 * <pre>
 * b_v⁽ᵗ⁾ = b_v + W_uv u⁽ᵗ⁻¹⁾                                     (section 4, equation 10)
 * b_h⁽ᵗ⁾ = b_h + W_uh u⁽ᵗ⁻¹⁾                                     (equation 9)
 * u⁽ᵗ⁾ = tanh(b_u + W_uu u⁽ᵗ⁻¹⁾ + W_vu v⁽ᵗ⁾)                      (equation 11)
 * p(v⁽ᵗ⁾ | v⁽¹⁾ … v⁽ᵗ⁻¹⁾) = exp(−Fₜ(v⁽ᵗ⁾)) / Zₜ
 * Fₜ(v) = −b_v⁽ᵗ⁾ᵀ v − Σⱼ log(1 + exp(b_h⁽ᵗ⁾ + Wᵀ v)ⱼ)
 * </pre>
 *
 * <p>The gradient of log p goes through the biases and back through time. Frames of all sequences
 * stand one below the other where a method takes {@code [n, visible]}.
 *
 * <p>Source: Boulanger-Lewandowski, Bengio and Vincent, "Modeling temporal dependencies in
 * high-dimensional sequences: application to polyphonic music generation and transcription" (2012).
 *
 * @param weight W, {@code [visible, hidden]}
 * @param visibleBias b_v, {@code [visible]}
 * @param hiddenBias b_h, {@code [hidden]}
 * @param toVisible W_uv, {@code [recurrent, visible]}
 * @param toHidden W_uh, {@code [recurrent, hidden]}
 * @param rnn u, with W_vu, W_uu and b_u
 * @param initial u⁽⁰⁾, {@code [recurrent]}
 */
public record RnnRbm(
    Param weight,
    Param visibleBias,
    Param hiddenBias,
    Param toVisible,
    Param toHidden,
    SimpleRnn rnn,
    Param initial) {
  /** Layers of so many units are summed over state by state. */
  private static final int ENUMERABLE = 16;

  /** Steps of Gibbs sampling that are one program. */
  private static final int CHUNK = 10;

  /** Returns a model with small random weights and no biases. */
  public static RnnRbm of(int visible, int hidden, int recurrent, Rng rng) {
    Initializer small = Initializer.normal(0.01);
    return new RnnRbm(
        Param.of(small.draw(Shape.of(visible, hidden), rng.split("weight"))),
        Param.of(Tensor.zeros(visible)),
        Param.of(Tensor.zeros(hidden)),
        Param.of(small.draw(Shape.of(recurrent, visible), rng.split("visible"))),
        Param.of(small.draw(Shape.of(recurrent, hidden), rng.split("hidden"))),
        SimpleRnn.of(visible, recurrent, Initializer.glorotUniform(), rng.split("rnn")),
        Param.of(Tensor.zeros(recurrent)));
  }

  /**
   * Returns this with visible biases that give each unit its share of frames.
   *
   * @param rates {@code [visible]}
   */
  public RnnRbm withBaseRates(Tensor rates) {
    visibleBias.assign(Bernoulli.ofRates(rates).logits());
    return this;
  }

  /** Returns the machine that a frame has when the recurrent network says nothing, u = 0. */
  public Rbm ofFrames() {
    return new Rbm(weight, visibleBias, hiddenBias);
  }

  /**
   * The biases of the machines of n frames.
   *
   * @param visible b_v⁽ᵗ⁾, {@code [n, visible]}
   * @param hidden b_h⁽ᵗ⁾, {@code [n, hidden]}
   */
  public record Biases(Tensor visible, Tensor hidden) {
    Biases frozen() {
      return new Biases(visible.stopGradient(), hidden.stopGradient());
    }

    /** Returns those of some frames. */
    Biases slice(int from, int to) {
      return new Biases(visible.slice(0, from, to), hidden.slice(0, from, to));
    }

    /** Returns those of each frame so many times, all frames one after the other each time. */
    Biases tile(int times) {
      return new Biases(visible.tile(0, times), hidden.tile(0, times));
    }
  }

  // ---- frames given what came before

  /**
   * Returns the biases of the machines of all frames, each by the frames before it.
   *
   * @param v sequences, {@code [b, time, visible]}; what stands after a sequence's end changes only
   *     what comes after it
   * @return of {@code b · time} frames
   */
  public Biases biases(Tensor v) {
    int b = v.shape().dim(0);
    int time = v.shape().dim(1);
    Tensor start = initial.value().unsqueeze(0).tile(0, b); // [b, recurrent]
    Tensor before = start.unsqueeze(1);
    if (time > 1) {
      Tensor seen = v.slice(1, 0, time - 1);
      Tensor u = rnn.run(seen, List.of(start), Pass.inference()).output();
      before = Tensor.concat(1, List.of(before, u)); // [b, time, recurrent]
    }
    return biasesOf(before.reshape(b * time, start.shape().dim(1)));
  }

  /** The biases that follow from u⁽ᵗ⁻¹⁾: {@code [n, recurrent]}. */
  private Biases biasesOf(Tensor u) {
    return new Biases(
        u.matmul(toVisible.value()).add(visibleBias.value()),
        u.matmul(toHidden.value()).add(hiddenBias.value()));
  }

  /** Returns Fₜ(v) of each frame in nats: {@code [n, visible] -> [n]}. */
  public Tensor freeEnergy(Tensor v, Biases t) {
    Tensor x = v.matmul(weight.value()).add(t.hidden); // [n, hidden]
    return v.mul(t.visible).sum(1).add(x.softplus().sum(1)).neg();
  }

  /** Returns p(v = 1 | h) for a draw of h ~ p(h | v) of each frame: {@code [n, visible]}. */
  Tensor reconstruct(Tensor v, Biases t, Rng rng) {
    Tensor h = v.matmul(weight.value()).add(t.hidden).sigmoid().bernoulli(rng);
    return h.matmul(weight.value().transpose()).add(t.visible).sigmoid();
  }

  /** Returns k steps of block Gibbs sampling of each frame: {@code [n, visible]}. */
  public Tensor gibbs(Tensor v, Biases t, int k, Rng rng) {
    Tensor next = v;
    for (int i = 0; i < k; i++) {
      Rng key = rng.split(i);
      next = reconstruct(next, t, key.split(0)).bernoulli(key.split(1));
    }
    return next;
  }

  /**
   * Returns log Zₜ of each frame by a sum over all states of the hidden units; it has gradients.
   *
   * @throws IllegalArgumentException if there are more than 16 hidden units
   */
  public Tensor logPartition(Biases t) {
    int hidden = weight.shape().dim(1);
    if (hidden > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d hidden units are too many to sum over for each frame; estimate log Z by"
                  .formatted(hidden)
              + " annealing");
    }
    Tensor h = new Enumeration(hidden, weight.dtype()).states(); // [states, hidden]
    Tensor back = h.matmul(weight.value().transpose()).unsqueeze(0); // [1, states, visible]
    Tensor visible = back.add(t.visible.unsqueeze(1)).softplus().sum(2); // [n, states]
    return t.hidden.matmul(h.transpose()).add(visible).logSumExp(1);
  }

  /**
   * Returns log p(v⁽ᵗ⁾ | v⁽¹⁾ … v⁽ᵗ⁻¹⁾) of each frame, exactly: {@code [b, time, visible] -> [b,
   * time]}.
   *
   * @throws IllegalArgumentException if there are more than 16 hidden units
   */
  public Tensor logProbability(Tensor v) {
    Biases t = biases(v);
    Tensor each = freeEnergy(frames(v), t).add(logPartition(t)).neg();
    return each.reshape(v.shape().dim(0), v.shape().dim(1));
  }

  /** Returns frames one below the other: {@code [b, time, visible] -> [b · time, visible]}. */
  static Tensor frames(Tensor v) {
    return v.reshape(v.shape().dim(0) * v.shape().dim(1), v.shape().dim(2));
  }

  /**
   * Estimates log Zₜ of each frame by annealed importance sampling from independent units with the
   * frame's own visible biases, which falls short of it where chains miss a mode:
   *
   * <pre>
   * f_β(v) = exp(b_v⁽ᵗ⁾ᵀ v) Πⱼ (1 + exp β(b_h⁽ᵗ⁾ + Wᵀ v)ⱼ)
   * </pre>
   *
   * @param chains of each frame, two or more
   * @param temperatures steps of β, evenly from 0 to 1
   * @return one for each frame
   */
  public double[] annealedLogPartition(Biases t, int chains, int temperatures, Rng rng) {
    return meanOfChains(t, ais(t, chains, temperatures).forward(rng));
  }

  /**
   * Estimates log Zₜ of each frame from the other side, by chains that start at draws of the
   * frame's machine and are led back to independent units ({@link Ais#reverse}).
   *
   * @param draws {@code [chains · n, visible]}, those of all frames one after the other each time
   * @return one for each frame
   */
  public double[] annealedBackLogPartition(Biases t, Tensor draws, int temperatures, Rng rng) {
    int chains = draws.shape().dim(0) / t.visible.shape().dim(0);
    return meanOfChains(t, ais(t, chains, temperatures).reverse(draws, rng));
  }

  private Ais ais(Biases t, int chains, int temperatures) {
    Biases all = t.tile(chains);
    return Ais.of(new Annealing(this, all.visible.evaluate(), all.hidden.evaluate()))
        .chains(all.visible.shape().dim(0))
        .betas(Ais.even(0, 1, temperatures));
  }

  /** Each frame's own chains say what its log Zₜ is. */
  private double[] meanOfChains(Biases t, Ais.Estimate all) {
    int n = t.visible.shape().dim(0);
    double[] logWeights = all.logWeights();
    int chains = logWeights.length / n;
    double[] base = t.visible.softplus().sum(1).add(hiddenUnits() * Math.log(2)).toDoubleArray();
    double[] logZ = new double[n];
    for (int frame = 0; frame < n; frame++) {
      double[] own = new double[chains];
      for (int i = 0; i < chains; i++) {
        own[i] = logWeights[i * n + frame];
      }
      logZ[frame] = new Ais.Estimate(base[frame], own, all.reversed(), all.states()).logZ();
    }
    return logZ;
  }

  private int hiddenUnits() {
    return weight.shape().dim(1);
  }

  /** The path of all chains, of which each has its own biases; log Z₀ is left to the caller. */
  private record Annealing(RnnRbm model, Tensor visible, Tensor hidden) implements Ais.Path {
    @Override
    public Tensor start(int chains, Rng rng) {
      return visible.sigmoid().bernoulli(rng);
    }

    @Override
    public double logNormalizer() {
      return 0;
    }

    @Override
    public Tensor logWeight(Tensor v, Tensor beta) {
      return v.mul(visible).sum(1).add(input(v).mul(beta).softplus().sum(1));
    }

    @Override
    public Tensor logRatio(Tensor v, Tensor from, Tensor to) {
      Tensor x = input(v); // [chains, hidden]
      return x.mul(to).softplus().sub(x.mul(from).softplus()).sum(1);
    }

    @Override
    public Tensor transition(Tensor v, Tensor beta, Rng rng) {
      Tensor h = input(v).mul(beta).sigmoid().bernoulli(rng.split(0));
      Tensor back = h.matmul(model.weight.value().transpose()).mul(beta);
      return back.add(visible).sigmoid().bernoulli(rng.split(1));
    }

    private Tensor input(Tensor v) {
      return v.matmul(model.weight.value()).add(hidden);
    }
  }

  // ---- sequences that the model makes up

  /**
   * Draws sequences frame by frame: each frame by Gibbs sampling that begins where the frame before
   * ended.
   *
   * @param sweeps steps of Gibbs sampling for a frame, rounded up to a multiple of 10
   * @return {@code [count, time, visible]}
   */
  public Tensor compose(int count, int time, int sweeps, Rng rng) {
    Program chain = chain();
    Program next =
        Program.of((in, key) ->
            Step.outputs(rnn.step(in.get(0), List.of(in.get(1)), Pass.inference()).output()));
    Tensor u = initial.value().unsqueeze(0).tile(0, count).evaluate();
    Tensor v = biasesOf(u).visible.sigmoid().bernoulli(rng.split("start")).evaluate();
    List<Tensor> frames = new ArrayList<>();
    for (int t = 0; t < time; t++) {
      v = run(chain, v, biasesOf(u), sweeps, rng.split(t));
      u = next.run(rng, v, u).output(0);
      frames.add(v);
    }
    return Tensor.stack(1, frames).evaluate();
  }

  /**
   * Returns the states of long chains, {@code [n, visible]}.
   *
   * @param v where they begin
   * @param sweeps steps of Gibbs sampling, rounded up to a multiple of 10
   */
  Tensor mixed(Tensor v, Biases t, int sweeps, Rng rng) {
    return run(chain(), v, t, sweeps, rng);
  }

  private Program chain() {
    return Program.of(
        (in, key) -> Step.outputs(gibbs(in.get(0), new Biases(in.get(1), in.get(2)), CHUNK, key)));
  }

  private static Tensor run(Program chain, Tensor v, Biases t, int sweeps, Rng rng) {
    Tensor visible = t.visible.evaluate();
    Tensor hidden = t.hidden.evaluate();
    Tensor x = v.evaluate();
    for (int done = 0; done < sweeps; done += CHUNK) {
      x = chain.run(rng.split(done), x, visible, hidden).output(0);
    }
    return x;
  }
}
