package shinso.nn.chain;

import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.EnergyModel;

/**
 * A restricted Boltzmann machine with a base-rate machine before it, as Salakhutdinov and Murray
 * (2008) anneal: at β the visible biases are (1 − β) a₀ + β a, and weights and hidden biases are
 * multiplied by β.
 *
 * @param w W, {@code [visible, hidden]}
 * @param a visible biases
 * @param b hidden biases
 * @param base a₀, visible biases of the first machine
 */
record SmallRbm(Tensor w, Tensor a, Tensor b, Tensor base) implements Ais.Path, EnergyModel {
  /** W = sin(i j), a = cos(i) / 2, b = cos(2 j) / 2, i and j counted from 1. */
  static SmallRbm waves(int visible, int hidden, DType type) {
    double[] w = new double[visible * hidden];
    double[] a = new double[visible];
    double[] b = new double[hidden];
    for (int i = 0; i < visible; i++) {
      a[i] = Math.cos(i + 1) / 2;
      for (int j = 0; j < hidden; j++) {
        w[i * hidden + j] = Math.sin((i + 1) * (j + 1));
        b[j] = Math.cos(2 * (j + 1)) / 2;
      }
    }
    Tensor zeros = Tensor.of(new double[visible]).cast(type).evaluate();
    return new SmallRbm(
        Tensor.of(w, visible, hidden).cast(type).evaluate(),
        Tensor.of(a).cast(type).evaluate(),
        Tensor.of(b).cast(type).evaluate(),
        zeros);
  }

  SmallRbm withBase(Tensor biases) {
    return new SmallRbm(w, a, b, biases);
  }

  /** −F(v) of the machine itself. */
  Tensor logWeight(Tensor v) {
    return v.matmul(a).add(v.matmul(w).add(b).softplus().sum(-1));
  }

  @Override
  public Tensor energy(Tensor v, Tensor h) {
    return v.matmul(w).mul(h).sum(1).add(v.matmul(a)).add(h.matmul(b)).neg();
  }

  @Override
  public Tensor freeEnergy(Tensor v) {
    return logWeight(v).neg();
  }

  /** One step of Gibbs sampling of the machine itself. */
  Tensor gibbs(Tensor v, Rng rng) {
    return transition(v, Tensor.constant(1, w.dtype()), rng);
  }

  @Override
  public Tensor start(int chains, Rng rng) {
    Tensor p = base.sigmoid();
    return p.broadcastTo(Shape.of(chains, p.shape().dim(0))).bernoulli(rng);
  }

  @Override
  public double logNormalizer() {
    double sum = b.shape().size() * Math.log(2);
    for (double z : base.toDoubleArray()) {
      sum += Math.log1p(Math.exp(z));
    }
    return sum;
  }

  @Override
  public Tensor logWeight(Tensor v, Tensor beta) {
    Tensor visible = v.matmul(base.unsqueeze(1)).squeeze(1);
    Tensor more = v.matmul(a.sub(base).unsqueeze(1)).squeeze(1).mul(beta);
    return visible.add(more).add(input(v).mul(beta).softplus().sum(-1));
  }

  @Override
  public Tensor logRatio(Tensor v, Tensor from, Tensor to) {
    Tensor x = input(v);
    Tensor visible = v.matmul(a.sub(base).unsqueeze(1)).squeeze(1).mul(to.sub(from));
    return visible.add(x.mul(to).softplus().sub(x.mul(from).softplus()).sum(-1));
  }

  private Tensor input(Tensor v) {
    return v.matmul(w).add(b); // [n, hidden]
  }

  @Override
  public Tensor transition(Tensor v, Tensor beta, Rng rng) {
    Tensor h = input(v).mul(beta).sigmoid().bernoulli(rng.split(0));
    Tensor z = h.matmul(w.transpose()).add(a.sub(base)).mul(beta).add(base);
    return z.sigmoid().bernoulli(rng.split(1));
  }
}
