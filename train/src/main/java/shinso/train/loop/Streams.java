package shinso.train.loop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Recurrent;
import shinso.nn.loss.Losses;
import shinso.train.loop.SupervisedLearner.Measure;

/**
 * What passes from one chunk of sequences to the next, side by side in several streams.
 *
 * @param name of the parts among the learner's state
 * @param parts each {@code [streams, *]}
 */
record Streams(String name, List<Param> parts) {
  /** Returns zeros for so many streams. */
  static Streams of(String name, int streams, List<Shape> shapes, Collection<Param> params) {
    if (streams < 1) {
      throw new IllegalArgumentException("at least one stream, not " + streams);
    }
    DType type = params.isEmpty() ? DType.F32 : params.iterator().next().dtype();
    return new Streams(
        name,
        shapes.stream()
            .map(s -> Param.of(Tensor.full(Shape.of(streams).concat(s), 0).cast(type)))
            .toList());
  }

  /**
   * A batch of {@link shinso.train.data.Chunks}.
   *
   * @param x the input, {@code [streams, steps, *]}
   * @param lengths how many of the steps there are, I32 {@code [streams]}
   * @param starts 1 where a sequence begins, I32 {@code [streams]}
   * @param target {@code [streams, steps, *]}
   */
  record Chunk(Tensor x, Tensor lengths, Tensor starts, Tensor target) {
    static Chunk of(List<Tensor> batch) {
      if (batch.size() < 4) {
        throw new IllegalArgumentException(
            "a batch of chunks has input, lengths, starts and target, but this one has "
                + batch.size()
                + " fields; make it with Chunks");
      }
      return new Chunk(batch.get(0), batch.get(1), batch.get(2), batch.getLast());
    }

    /** Returns how many steps there are in all streams. */
    Tensor count() {
      return lengths.sum().cast(DType.F32);
    }

    /** Returns the mean of a measure over the steps that there are. */
    Tensor mean(Measure each, Tensor output) {
      Tensor measured = each.of(output, target); // [streams, steps]
      Tensor mask = Recurrent.mask(lengths, x.shape().dim(1));
      if (!measured.shape().equals(mask.shape())) {
        throw new IllegalArgumentException(
            "a number for each step is needed, %s, not %s; measure without a mean, as %s"
                .formatted(mask.shape(), measured.shape(), "Losses::softmaxCrossEntropyEach"));
      }
      return Losses.mean(measured, mask.cast(measured.dtype()));
    }
  }

  /** Returns what a chunk goes on from, zeros for the streams in which a sequence begins. */
  List<Tensor> at(Chunk chunk) {
    List<Tensor> carried = new ArrayList<>();
    for (Param part : parts) {
      int streams = part.shape().dim(0);
      if (chunk.x.shape().dim(0) != streams) {
        throw new IllegalArgumentException(
            "a batch of %d chunks for %d streams; make batches with Chunks.batches()"
                .formatted(chunk.x.shape().dim(0), streams));
      }
      carried.add(Tensor.select(column(chunk.starts, part.shape().rank()), 0, part.value()));
    }
    return carried;
  }

  /** Returns numbers for each stream as {@code [streams, 1, …]}. */
  static Tensor column(Tensor each, int rank) {
    Tensor column = each;
    while (column.shape().rank() < rank) {
      column = column.unsqueeze(-1);
    }
    return column;
  }

  /** Returns the updates to what came out of a chunk. */
  List<Update> to(List<Tensor> values) {
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      updates.add(new Update(parts.get(i), values.get(i)));
    }
    return updates;
  }

  /** Returns the parts by name. */
  Map<String, Param> state() {
    Map<String, Param> all = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      all.put(name + "." + i, parts.get(i));
    }
    return all;
  }
}
