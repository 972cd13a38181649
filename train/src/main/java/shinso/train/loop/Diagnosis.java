package shinso.train.loop;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Batches;

/** Finds out where a number that is not finite came from. */
final class Diagnosis {
  private Diagnosis() {}

  /**
   * Throws if a batch has a number that is not finite.
   *
   * @param when what was going on, such as {@code step 12}
   */
  static void ofData(
      String when,
      String loss,
      double value,
      Batches batches,
      int epoch,
      int position,
      List<Tensor> batch) {
    for (int t = 0; t < batch.size(); t++) {
      Tensor tensor = batch.get(t);
      int at = firstNotFinite(tensor);
      if (at >= 0) {
        int row = tensor.shape().rank() == 0 ? 0 : at / Math.max(1, rowSize(tensor.shape()));
        int example = batches.order(epoch)[position * batches.batchSize() + row];
        throw new NotFiniteException(
            String.format(
                Locale.ROOT,
                "%s: the %s is %s because the data are not finite: example %d of %s has %s in '%s'%s",
                when,
                loss,
                value,
                example,
                batches.data().description(),
                tensor.toDoubleArray()[at],
                batches.data().fields().get(t).name(),
                place(tensor.shape(), at)));
      }
    }
  }

  /** Returns what best explains a loss that is not finite, given the parameters before the step. */
  static NotFiniteException ofModel(
      String when, String loss, double value, Map<String, Param> model) {
    for (Map.Entry<String, Param> e : model.entrySet()) {
      if (firstNotFinite(e.getValue().value()) >= 0) {
        return new NotFiniteException(
            String.format(
                Locale.ROOT,
                "%s: the %s is %s because of the parameter '%s': %s are not finite since an earlier"
                    + " step; make the learning rate smaller or clip the gradients",
                when,
                loss,
                value,
                e.getKey(),
                notFinite(e.getValue())));
      }
    }
    String largest = "";
    double size = -1;
    for (Map.Entry<String, Param> e : model.entrySet()) {
      double m = Arrays.stream(e.getValue().value().toDoubleArray()).map(Math::abs).max().orElse(0);
      if (m > size) {
        size = m;
        largest = e.getKey();
      }
    }
    return new NotFiniteException(
        String.format(
            Locale.ROOT,
            "%s: the %s is %s, although data and parameters are finite (the largest is %s in %s);"
                + " make the learning rate smaller or clip the gradients",
            when,
            loss,
            value,
            (float) size,
            largest));
  }

  /** Returns what is wrong with a step of finite loss that made parameters not finite. */
  static NotFiniteException ofGradient(String when, Map<String, Param> model) {
    for (Map.Entry<String, Param> e : model.entrySet()) {
      if (firstNotFinite(e.getValue().value()) >= 0) {
        // An infinite gradient and a step that is too long can't be told from each other
        // afterwards.
        boolean certain =
            Arrays.stream(e.getValue().value().toDoubleArray()).anyMatch(Double::isNaN);
        return new NotFiniteException(
            "%s: the loss is finite, but the gradient of the parameter '%s' is not%s: %s would be lost;"
                    .formatted(
                        when,
                        e.getKey(),
                        certain ? "" : ", or the step is too long",
                        notFinite(e.getValue()))
                + " look for sqrt, log or division where they meet 0, or for exp of large numbers,"
                + " also in a branch that select doesn't take"
                + (certain ? "" : "; else make the learning rate smaller"));
      }
    }
    return new NotFiniteException(when + ": an update is not finite");
  }

  private static String notFinite(Param param) {
    double[] all = param.value().toDoubleArray();
    long count = Arrays.stream(all).filter(x -> !Double.isFinite(x)).count();
    return count + " of its " + all.length + " numbers";
  }

  private static int firstNotFinite(Tensor t) {
    if (!t.dtype().isFloating()) {
      return -1;
    }
    double[] values = t.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }

  private static int rowSize(Shape batch) {
    return batch.size() / batch.dim(0);
  }

  /** Returns where in an example an element of a batch lies, such as {@code [3, 4, 0]}. */
  private static String place(Shape batch, int at) {
    if (batch.rank() < 2) {
      return "";
    }
    int[] position = new int[batch.rank() - 1];
    int[] strides = batch.strides();
    int rest = at % rowSize(batch);
    for (int i = 0; i < position.length; i++) {
      position[i] = rest / strides[i + 1];
      rest %= strides[i + 1];
    }
    return Arrays.toString(position);
  }
}
