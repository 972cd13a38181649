package shinso.train.data.augment;

import java.util.random.RandomGenerator;

/** A part of a picture, cut out at a random place. */
record Crop(int height, int width) implements Augmentation {
  Crop {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "crop: a picture has at least 1 x 1 pixels, not %d x %d".formatted(height, width));
    }
  }

  @Override
  public Image apply(Image image, RandomGenerator random) {
    if (height > image.height() || width > image.width()) {
      throw new IllegalArgumentException(
          "crop: %d x %d pixels can't be cut out of %d x %d; use paddedCrop(border)"
              .formatted(height, width, image.height(), image.width()));
    }
    int top = Draws.below(random, image.height() - height + 1);
    int left = Draws.below(random, image.width() - width + 1);
    int row = width * image.channels();
    float[] values = new float[height * row];
    for (int y = 0; y < height; y++) {
      int from = ((top + y) * image.width() + left) * image.channels();
      System.arraycopy(image.values(), from, values, y * row, row);
    }
    return new Image(height, width, image.channels(), values);
  }
}
