package shinso.zoo.convolution;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Classifier;
import shinso.train.data.Dataset;
import shinso.train.data.augment.Affine;

/** Moves of pictures by growing amounts. */
enum Move {
  /** By pixels to the right, left, down and up, of which the mean is taken. */
  SHIFT("pixels", DoubleStream.iterate(0, d -> d <= 8, d -> d + 1)) {
    @Override
    List<Affine> maps(double d) {
      return List.of(
          Affine.shift(d, 0), Affine.shift(-d, 0), Affine.shift(0, d), Affine.shift(0, -d));
    }
  },
  /** By degrees, against the clock. */
  ROTATION("degrees", DoubleStream.iterate(-60, d -> d <= 60, d -> d + 15)) {
    @Override
    List<Affine> maps(double degrees) {
      return List.of(Affine.rotation(degrees));
    }
  },
  /** By a factor. */
  SCALE("times the size", DoubleStream.iterate(0.5, d -> d <= 1.5, d -> d + 0.125)) {
    @Override
    List<Affine> maps(double factor) {
      return List.of(Affine.scaling(factor));
    }
  };

  private static final int BATCH = 500;

  private final String unit;
  private final List<Double> amounts;

  Move(String unit, DoubleStream amounts) {
    this.unit = unit;
    this.amounts = amounts.boxed().toList();
  }

  abstract List<Affine> maps(double amount);

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  String unit() {
    return unit;
  }

  double[] amounts() {
    return amounts.stream().mapToDouble(d -> d).toArray();
  }

  /** Returns the number at an amount in what {@link #accuracy} gave. */
  double at(double amount, Tensor accuracy) {
    return accuracy.at(0, amounts.indexOf(amount)).item();
  }

  /** Returns a picture moved by each amount. */
  Tensor pictures(Tensor picture) {
    return Tensor.concat(0, amounts.stream().map(d -> maps(d).getFirst().apply(picture)).toList());
  }

  /** Returns the share of moved pictures that a classifier knows, for each amount. */
  Tensor accuracy(Classifier classifier, Dataset data) {
    Program known =
        Program.compile((Tensor x, Tensor t) ->
            Step.of(List.of()).output(classifier.logits(x).argmax(-1).equal(t).cast(DType.F32)));
    double[] shares = new double[amounts.size()];
    for (int from = 0; from < data.size(); from += BATCH) {
      List<Tensor> batch =
          data.batch(IntStream.range(from, Math.min(data.size(), from + BATCH)).toArray());
      for (int i = 0; i < amounts.size(); i++) {
        List<Affine> maps = maps(amounts.get(i));
        for (Affine map : maps) {
          Tensor moved = map.apply(batch.getFirst()).evaluate();
          double hits = known.run(moved, batch.getLast()).output(0).sum().item();
          shares[i] += hits / maps.size() / data.size();
        }
      }
    }
    return Tensor.of(shares, shares.length);
  }
}
