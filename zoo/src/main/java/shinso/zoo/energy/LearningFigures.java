package shinso.zoo.energy;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Mixing;
import shinso.nn.model.Completer;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.PointSeries;
import shinso.train.figure.PointSeries.Point;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.Run;

/**
 * What to look at while an energy-based model learns, whose likelihood nobody knows (Hinton, "A
 * practical guide to training restricted Boltzmann machines", 2012, sections 6 and 16).
 */
final class LearningFigures {
  private static final int PAINTED = 100;
  private static final int SHOWN = 12;

  private LearningFigures() {}

  /**
   * Draws how far the mean free energy of held-out examples lies above that of training examples,
   * which grows where a model overfits: log Z, which isn't known, drops out of the difference.
   *
   * @param heldOut the set of the stages' evaluations beside {@code train}
   */
  static void freeEnergyGap(Run run, String heldOut, String... stages) {
    run.show(
        "free-energy-gap",
        () -> {
          Lines chart =
              Figure.lines("Free energy of %s examples above training examples".formatted(heldOut))
                  .axes("step", "nats");
          List<PointSeries> train = run.curves("", "train.free energy", stages).series();
          List<PointSeries> other = run.curves("", heldOut + ".free energy", stages).series();
          for (int s = 0; s < other.size(); s++) {
            List<Point> a = train.get(s).points();
            List<Point> b = other.get(s).points();
            int n = Math.min(a.size(), b.size());
            double[] x = new double[n];
            double[] y = new double[n];
            for (int i = 0; i < n; i++) {
              x[i] = b.get(i).x();
              y[i] = b.get(i).y() - a.get(i).y();
            }
            chart = chart.series(other.get(s).name(), x, y);
          }
          return chart.level("none", 0);
        });
  }

  /**
   * Draws the free energies of examples and of chains' states: where the model has learned, the two
   * histograms lie on each other.
   *
   * @param chains {@code [n, visible]}
   */
  static void freeEnergies(Run run, GibbsModel model, Dataset data, Tensor chains) {
    run.show(
        "free-energies",
        () ->
            Figure.histogram("Free energies of examples and of chains")
                .density()
                .axes("nats", "density")
                .values(
                    "examples",
                    PerExample.of(
                        data,
                        run.rng("free-energies"),
                        (x, key) -> model.freeEnergy(model.observed(x, key))))
                .values("chains", model.freeEnergy(chains)));
  }

  /**
   * Draws the autocorrelation of the chains' free energies, and says how well chains mix.
   *
   * @param draws {@code [draws, chains, visible]}
   */
  static void mixing(Run run, GibbsModel model, Tensor draws) {
    run.show(
        "mixing",
        () -> {
          int n = draws.shape().dim(0);
          int chains = draws.shape().dim(1);
          Tensor all = draws.reshape(n * chains, draws.shape().dim(2));
          Mixing m = Mixing.of(model.freeEnergy(all).reshape(n, chains));
          double[] lag = new double[m.autocorrelation().length];
          for (int i = 0; i < lag.length; i++) {
            lag[i] = i;
          }
          return Figure.lines("Autocorrelation of the chains' free energies")
              .axes("lag", "autocorrelation")
              .caption(
                  String.format(
                      Locale.ROOT,
                      "R̂ %.3f; %d draws tell as much as %.0f independent ones",
                      m.rHat(),
                      n * chains,
                      m.effectiveSampleSize()))
              .series("free energy", lag, m.autocorrelation())
              .level("none", 0);
        });
  }

  /**
   * Erases the lower halves of square pictures, has the model fill them in, and draws them;
   * measures how many of the erased pixels come out wrong.
   *
   * @param wrong what is measured
   */
  static <M extends GibbsModel & Completer> void inpainting(
      Run run, M model, Dataset data, Quantity wrong) {
    Tensor given =
        run.once(
            "given",
            () -> model.observed(data.limit(PAINTED).whole().getFirst(), run.rng("given")));
    int n = given.shape().dim(0);
    int pixels = given.shape().dim(1);
    int side = (int) Math.sqrt(pixels);
    Tensor known = Tensor.iota(pixels).less(pixels / 2).unsqueeze(0); // the upper half
    Tensor painted = run.once("painted", () -> model.complete(given, known, run.rng("painting")));
    run.score(
        wrong,
        () -> painted.notEqual(given).cast(given.dtype()).sum().item() / (n * (pixels / 2.0)));
    run.show(
        "in-painting",
        () -> {
          int shown = Math.min(SHOWN, n);
          Tensor erased = Tensor.select(known, given, 0.5);
          List<Tensor> rows =
              Stream.of(given, erased, painted).map(x -> x.slice(0, 0, shown)).toList();
          return Figure.pictures(
                  "Pictures, their upper halves, and what the model fills in below",
                  Tensor.concat(0, rows).reshape(3 * shown, side, side, 1))
              .columns(shown);
        });
  }
}
