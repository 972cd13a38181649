package shinso.train.figure;

/** The size of a drawing in pixels of a usual screen; a PNG has twice as many each way. */
public record Size(int width, int height) {
  /** A plot that fills a page's width. */
  public static final Size USUAL = new Size(800, 450);

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if there is no room for a plot
   */
  public Size {
    if (width < 160 || height < 120 || width > 10_000 || height > 10_000) {
      throw new IllegalArgumentException(
          "a figure has 160 x 120 to 10000 x 10000 pixels, not " + width + " x " + height);
    }
  }
}
