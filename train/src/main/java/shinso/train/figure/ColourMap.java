package shinso.train.figure;

/** Colours for numbers. */
public enum ColourMap {
  /** Viridis: from dark blue over green to yellow, in even steps of lightness. */
  SEQUENTIAL(
      0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725),

  /** From blue over white, which is zero, to red. */
  DIVERGING(
      0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xF7F7F7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F);

  /** What is not a number. */
  static final int NOTHING = 0xB9BEC4;

  private final int[] stops;

  ColourMap(int... stops) {
    this.stops = stops;
  }

  /** Returns the colour 0xRRGGBB of a part of the way, 0 to 1. */
  int rgb(double part) {
    if (Double.isNaN(part)) {
      return NOTHING;
    }
    double at = Math.clamp(part, 0, 1) * (stops.length - 1);
    int i = Math.min((int) at, stops.length - 2);
    return mix(stops[i], stops[i + 1], at - i);
  }

  /** Returns a colour between two. */
  static int mix(int a, int b, double share) {
    int mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int from = a >> shift & 0xFF;
      int to = b >> shift & 0xFF;
      mixed |= (int) Math.round(from + share * (to - from)) << shift;
    }
    return mixed;
  }

  /** Returns whether black rather than white can be read on a colour. */
  static boolean isLight(int rgb) {
    double light = 0.299 * (rgb >> 16 & 0xFF) + 0.587 * (rgb >> 8 & 0xFF) + 0.114 * (rgb & 0xFF);
    return light > 140;
  }
}
