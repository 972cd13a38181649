package shinso.zoo.autoencoder;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.figure.Figure;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;
import shinso.zoo.regularization.ContractiveAutoencoder;

/**
 * A contractive auto-encoder beside a plain one on binary digits: its code stands still in most
 * directions and moves in few, along which digits differ from their neighbours.
 *
 * <pre>
 * ./shinso run contractive-digits --data binarized-mnist
 * </pre>
 */
public final class ContractiveDigits implements Recipe<ContractiveAutoencoder> {
  private static final Setting<Double> CONTRACTION =
      Setting.number("contraction", "weight λ of the squared norm of the Jacobian", 0, 1_000);

  private static final Quantity NORM = Quantity.smaller("squared norm of the Jacobian", "");
  private static final Quantity RATIO =
      Quantity.smaller("squared norm of the Jacobian, that of the plain auto-encoder being 1", "");
  private static final Quantity DIFFERENCE =
      Quantity.smaller("relative difference of closed form and automatic derivative", "");

  private static final int DIGITS = 10;

  @Override
  public Card card() {
    return Card.of("contractive-digits", "contractive auto-encoder: codes that stand still")
        .rows("L2")
        .source(
            "Rifai, Vincent, Muller, Glorot and Bengio, \"Contractive auto-encoders: explicit"
                + " invariance during feature extraction\", 2011")
        .reported("the contractive auto-encoder's Jacobian has few large singular values");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.always(ALL),
        HIDDEN.row(48, 200, 1_000),
        EPOCHS.row(5, 10, 100),
        BATCH.row(50, 100, 100),
        RATE.row(0.005, 0.001, 0.001),
        CONTRACTION.row(1.0, 1.0, 1.0));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(RATIO, 0.8, 0.5, 0.5), Claim.atMost(DIFFERENCE, 1e-4, 1e-4, 1e-4));
  }

  @Override
  public ContractiveAutoencoder model(Run run) {
    return ContractiveAutoencoder.of(28 * 28, run.get(HIDDEN), run.rng("model"));
  }

  @Override
  public void run(Run run, ContractiveAutoencoder cae) {
    ContractiveAutoencoder plain = model(run);
    learn(run, "contractive", cae, run.get(CONTRACTION));
    learn(run, "plain", plain, 0);

    double contracted = run.score(NORM.of("contractive"), () -> norm(run, cae));
    double free = run.score(NORM.of("plain"), () -> norm(run, plain));
    run.score(RATIO, () -> contracted / free);
    Tensor x = ChainFigures.digits(run, DIGITS);
    run.score(
        DIFFERENCE,
        () -> {
          Tensor exact = Autodiff.batchJacobian(cae.encode(x), x).square().sum(1, 2);
          return cae.contraction(x).sub(exact).abs().div(exact).max().item();
        });

    double[] index = IntStream.rangeClosed(1, run.get(HIDDEN)).asDoubleStream().toArray();
    run.show(
        "spectrum",
        () ->
            Figure.lines("Singular values of ∂h / ∂x, means over digits")
                .axes("place", "singular value")
                .logY()
                .series("contractive", index, spectrum(cae, x))
                .series("plain", index, spectrum(plain, x)));
    run.filters("filters", "Weights of the contractive auto-encoder", cae.weight());
    run.filters("plain-filters", "Weights of the plain auto-encoder", plain.weight());
  }

  private static void learn(Run run, String stage, ContractiveAutoencoder cae, double lambda) {
    Batches batches = run.batches(run.data().train());
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.steps(batches)));
    run.train(
            stage,
            new ContractiveAutoencoder.Training(cae, x -> x.flatten(1), lambda, 0, 0, rule),
            batches)
        .evaluate("test", run.data().test().every(50))
        .go();
  }

  private static double norm(Run run, ContractiveAutoencoder cae) {
    return PerExample.mean(
            run.data().test(), run.rng("test"), (x, rng) -> cae.contraction(x.flatten(1)))
        .value();
  }

  /** The largest first; those of J are the roots of those of J Jᵀ. */
  private static double[] spectrum(ContractiveAutoencoder cae, Tensor x) {
    Tensor j = Autodiff.batchJacobian(cae.encode(x), x); // [n, hidden, pixels]
    return LinearAlgebra.svd(j.matmul(j.swapAxes(1, 2))).values().sqrt().mean(0).toDoubleArray();
  }
}
