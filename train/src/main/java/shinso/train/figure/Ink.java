package shinso.train.figure;

import java.awt.Color;

/**
 * A colour, which depends on whether the ground is light or dark, and how much of it.
 *
 * @param name of a colour that the style sheet has for either, empty for one that is always the
 *     same
 * @param light what it is on light ground, 0xRRGGBB
 */
record Ink(String name, int light, double opacity) {
  /** The ground. */
  static final Ink PAPER = new Ink("paper", 0xFFFFFF, 1);

  /** Titles and what is said of single points. */
  static final Ink TEXT = new Ink("text", 0x1C2128, 1);

  /** What is written at axes. */
  static final Ink SOFT = new Ink("soft", 0x4E5761, 1);

  /** Lines through a plot. */
  static final Ink GRID = new Ink("grid", 0xE3E6EA, 1);

  /** Edges of a plot. */
  static final Ink EDGE = new Ink("edge", 0x9AA3AD, 1);

  /** How many different colours there are. */
  static final int SERIES = 8;

  /** The colours of Okabe and Ito, those first that are seen best on white. */
  private static final int[] OKABE_ITO = {
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x3C434B, 0xBFB000
  };

  /** Returns the colour of the thing of this number; after eight they come again. */
  static Ink series(int index) {
    int i = index % SERIES;
    return new Ink("s" + i, OKABE_ITO[i], 1);
  }

  /** Returns a colour that is the same on any ground. */
  static Ink fixed(int rgb) {
    return new Ink("", rgb & 0xFFFFFF, 1);
  }

  /** Returns what this is on light ground, whatever the ground of the page is. */
  Ink onLight() {
    return new Ink("", light, opacity);
  }

  /** Returns this as a thin layer. */
  Ink faint(double share) {
    return new Ink(name, light, opacity * share);
  }

  /** Returns what it is on light ground. */
  Color color() {
    return new Color(light >> 16, light >> 8 & 0xFF, light & 0xFF, (int) Math.round(255 * opacity));
  }
}
