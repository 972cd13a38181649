package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.file.ImageFile;
import shinso.train.data.file.Interpolation;

/** The part of a picture that a model is shown. */
public sealed interface KeptPart {
  /**
   * Returns 1 where a picture {@code [h, w, c]} is shown, else 0.
   *
   * @throws DataException if nothing is hidden, or a mask is of another size
   */
  Tensor mask(Shape picture);

  /** A half of a picture. */
  enum Half implements KeptPart {
    TOP,
    BOTTOM,
    LEFT,
    RIGHT;

    /** Returns the half of a name, such as {@code top}; null if there is none. */
    public static @Nullable Half named(String text) {
      for (Half half : values()) {
        if (half.name().toLowerCase(Locale.ROOT).equals(text)) {
          return half;
        }
      }
      return null;
    }

    @Override
    public Tensor mask(Shape picture) {
      int axis = this == TOP || this == BOTTOM ? 0 : 1;
      int length = picture.dim(axis);
      Tensor position = Tensor.iota(picture, axis);
      boolean first = this == TOP || this == LEFT;
      Tensor half = first ? position.less(length / 2) : position.greaterEqual(length / 2);
      return half.cast(DType.F32);
    }
  }

  /**
   * What is light in a picture of the same proportions.
   *
   * @param file the picture
   */
  record Mask(Path file) implements KeptPart {
    /**
     * Returns 1 where the mask is lighter than one half.
     *
     * @throws DataException if there is no such picture, it has other proportions, or it is light
     *     everywhere
     */
    @Override
    public Tensor mask(Shape picture) {
      int h = picture.dim(0);
      int w = picture.dim(1);
      Shape own = ImageFile.read(file).shape();
      // A row or column more or less is no other shape.
      if (Math.abs(own.dim(0) * w - own.dim(1) * h) > Math.max(own.dim(0), own.dim(1))) {
        throw new DataException(
            "%s: is of %d x %d pixels, but the picture of %d x %d; a mask has its proportions"
                .formatted(file, own.dim(1), own.dim(0), w, h));
      }
      Tensor light = ImageFile.read(file, h, w, 1, Interpolation.AREA).greater(0.5);
      Tensor mask = light.cast(DType.F32).broadcastTo(picture).evaluate();
      if (mask.min().item() == 1) {
        throw new DataException(
            file
                + ": is light everywhere, so nothing is hidden; make dark what is to be filled in");
      }
      return mask;
    }
  }

  /**
   * What was painted on the picture.
   *
   * @param shown {@code [h, w]}, shown where it is above one half
   */
  record Painted(Tensor shown) implements KeptPart {
    @Override
    public Tensor mask(Shape picture) {
      Shape size = picture.slice(0, 2);
      if (!shown.shape().equals(size)) {
        throw new DataException(
            "the painted mask is of %s, but the picture of %s".formatted(shown.shape(), size));
      }
      Tensor mask = shown.greater(0.5).cast(DType.F32).unsqueeze(2).broadcastTo(picture).evaluate();
      if (mask.min().item() == 1) {
        throw new DataException("nothing of the picture is hidden; mark what is to be filled in");
      }
      return mask;
    }
  }
}
