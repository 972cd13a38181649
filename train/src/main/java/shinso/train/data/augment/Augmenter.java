package shinso.train.data.augment;

import java.util.ArrayList;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Changes the pictures of batches, each example with a key of its own.
 *
 * @param augmentation the change
 * @param rng the key of an epoch
 */
public record Augmenter(Augmentation augmentation, Rng rng) {
  /**
   * Returns a batch with its first field changed, {@code [b, h, w, c]}.
   *
   * @param indices of the examples in their data set
   * @throws IllegalArgumentException if the first field is no picture, or changed pictures differ
   *     in size
   */
  public List<Tensor> augment(List<Tensor> batch, int[] indices) {
    Shape s = batch.getFirst().shape();
    if (s.rank() != 4) {
      throw new IllegalArgumentException(
          "augmentation is of pictures [batch, height, width, channels], not of " + s);
    }
    float[] all = batch.getFirst().toFloatArray();
    int size = s.dim(1) * s.dim(2) * s.dim(3);
    List<Tensor> changed = new ArrayList<>(batch);
    float[] values = new float[0];
    Shape shape = s;
    for (int i = 0; i < indices.length; i++) {
      float[] one = new float[size];
      System.arraycopy(all, i * size, one, 0, size);
      Image image =
          augmentation.apply(
              new Image(s.dim(1), s.dim(2), s.dim(3), one), rng.split(indices[i]).generator());
      int length = image.values().length;
      if (i == 0) {
        shape = Shape.of(indices.length, image.height(), image.width(), image.channels());
        values = new float[indices.length * length];
      }
      if (length * indices.length != values.length || image.width() != shape.dim(2)) {
        throw new IllegalArgumentException(
            "augmentation gave pictures of %s and of %d x %d; a batch has pictures of one size"
                .formatted(shape, image.height(), image.width()));
      }
      System.arraycopy(image.values(), 0, values, i * length, length);
    }
    changed.set(0, Tensor.owning(values, shape));
    return changed;
  }
}
