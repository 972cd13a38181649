package shinso.spark.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.spark.distributed.DistributionException;

/** Puts behind each row of a partition what a model says about it, batch by batch. */
public final class RowAnswers implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<ModelPackage> source;
  private final Request request;

  /**
   * What is asked.
   *
   * @param ability what the model does
   * @param columns of the input
   * @param batch how many rows at a time
   * @param seed for what is drawn
   * @param invalid {@code error}, {@code skip} or {@code keep}, for rows that can't be read
   * @param width how many numbers are the answer; one is a number, more are a vector
   */
  public record Request(
      Ability ability, List<String> columns, int batch, long seed, String invalid, int width)
      implements Serializable {}

  /** Creates the function of a model that all executors have been sent. */
  public RowAnswers(Broadcast<ModelPackage> source, Request request) {
    this.source = source;
    this.request = request;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    OpenModel model = OpenModel.of(source.value());
    int partition = TaskContext.get() == null ? 0 : TaskContext.getPartitionId();
    return new Answered(model, request, rows, Rng.of(request.seed).split(partition));
  }

  /** The rows of a partition with answers. */
  private static final class Answered implements Iterator<Row> {
    private final OpenModel model;
    private final Request request;
    private final Iterator<Row> rows;
    private final Rng rng;
    private Iterator<Row> ready = List.<Row>of().iterator();
    private long read;
    private int batches;

    Answered(OpenModel model, Request request, Iterator<Row> rows, Rng rng) {
      this.model = model;
      this.request = request;
      this.rows = rows;
      this.rng = rng;
    }

    @Override
    public boolean hasNext() {
      while (!ready.hasNext() && rows.hasNext()) {
        List<Row> batch = new ArrayList<>();
        while (batch.size() < request.batch && rows.hasNext()) {
          batch.add(rows.next());
        }
        ready = answer(batch).iterator();
      }
      return ready.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException("the partition has no more rows");
      }
      return ready.next();
    }

    private List<Row> answer(List<Row> batch) {
      int size = model.input().size();
      // A batch that isn't full is filled with zeros: one program serves all.
      float[] x = new float[request.batch * size];
      boolean[] bad = new boolean[batch.size()];
      for (int i = 0; i < batch.size(); i++) {
        float[] input = input(batch.get(i));
        bad[i] = input == null;
        if (input != null) {
          System.arraycopy(input, 0, x, i * size, size);
        }
        read++;
      }
      Shape shape = Shape.of(request.batch).concat(model.input());
      Rng key = rng.split(batches++);
      float[] y = model.answer(request.ability, Tensor.owning(x, shape), key).toFloatArray();
      List<Row> answered = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        if (!bad[i] || request.invalid.equals("keep")) {
          answered.add(
              with(
                  batch.get(i),
                  bad[i]
                      ? null
                      : Arrays.copyOfRange(y, i * request.width, (i + 1) * request.width)));
        }
      }
      return answered;
    }

    private float @Nullable [] input(Row row) {
      try {
        return model.read(request.columns, row, read);
      } catch (DistributionException | shinso.train.data.DataException e) {
        if (request.invalid.equals("error")) {
          throw e;
        }
        return null;
      }
    }

    private Row with(Row row, float @Nullable [] answer) {
      boolean isClass = request.ability == Ability.CLASSIFY;
      Object[] cells = new Object[row.size() + (isClass ? 2 : 1)];
      for (int i = 0; i < row.size(); i++) {
        cells[i] = row.get(i);
      }
      if (answer == null) {
        return RowFactory.create(cells);
      }
      if (isClass) {
        cells[row.size()] = (double) best(answer);
        cells[row.size() + 1] = vector(answer);
      } else {
        cells[row.size()] = request.width == 1 ? (Object) (double) answer[0] : vector(answer);
      }
      return RowFactory.create(cells);
    }
  }

  static int best(float[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return best;
  }

  static Vector vector(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return Vectors.dense(doubles);
  }
}
