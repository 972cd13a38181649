package shinso.train.data.glyphs;

/** The ways of writing each digit. */
final class DigitStrokes {
  private DigitStrokes() {}

  /** Writes a digit in one of its ways. */
  static void write(int digit, Pen pen, ExactDraws d) {
    switch (digit) {
      case 0 -> zero(pen, d);
      case 1 -> one(pen, d);
      case 2 -> two(pen, d);
      case 3 -> three(pen, d);
      case 4 -> four(pen, d);
      case 5 -> five(pen, d);
      case 6 -> six(pen, d);
      case 7 -> seven(pen, d);
      case 8 -> eight(pen, d);
      case 9 -> nine(pen, d);
      default -> throw new IllegalArgumentException("there is no digit " + digit);
    }
  }

  private static void zero(Pen pen, ExactDraws d) {
    double rx = d.between(0.2, 0.38);
    double from = d.between(-0.35, -0.12);
    double turns = d.between(0.95, 1.08);
    pen.ellipse(0, 0, rx, 0.5, from, d.chance(0.8) ? -turns : turns);
    if (d.chance(0.12)) {
      // Inside the ring: one that crosses it looks like the diagonal of an 8.
      pen.at(0.6 * rx, -0.3).line(-0.6 * rx, 0.3);
    }
  }

  private static void one(Pen pen, ExactDraws d) {
    double bow = d.bell(0.03);
    int way = d.below(10);
    if (way < 4) {
      pen.at(0, -0.5).curve(bow, 0, 0, 0.5);
    } else {
      double flag = d.between(0.1, 0.22);
      pen.at(-flag, -0.5 + flag * d.between(0.8, 1.4)).line(0, -0.5).curve(bow, 0, 0, 0.5);
    }
    if (way >= 8 || way == 0) {
      double foot = d.between(0.14, 0.26);
      pen.at(-foot, 0.5).line(foot, 0.5);
    }
  }

  private static void two(Pen pen, ExactDraws d) {
    double neck = d.between(-0.05, 0.08);
    switch (d.below(4)) {
      case 0 -> // a loop at the foot
          pen.at(-0.26, -0.3)
              .curve(-0.08, -0.49, 0.16, -0.45, 0.25, -0.24, 0.12, 0.08 + neck)
              .curve(-0.12, 0.38, -0.27, 0.47, -0.33, 0.36, -0.2, 0.28, 0.02, 0.42, 0.18, 0.49)
              .curve(0.34, 0.4);
      case 1 -> // like a Z, but with a round shoulder
          pen.at(-0.25, -0.44)
              .curve(0.02, -0.5, 0.22, -0.46, 0.2, -0.3)
              .line(-0.28, 0.47)
              .line(0.3, 0.47);
      case 2 -> // a wave for the foot
          pen.at(-0.27, -0.28)
              .curve(-0.12, -0.48, 0.14, -0.47, 0.25, -0.24, 0.1, 0.08 + neck, -0.29, 0.46)
              .curve(-0.12, 0.36, 0.06, 0.48, 0.3, 0.44);
      default ->
          pen.at(-0.27, -0.26)
              .curve(-0.13, -0.47, 0.13, -0.48, 0.26, -0.25, 0.12, 0.04 + neck, -0.28, 0.49)
              .line(0.3, 0.49);
    }
  }

  private static void three(Pen pen, ExactDraws d) {
    double belly = d.between(0.22, 0.32);
    double waist = d.between(-0.12, 0.0);
    switch (d.below(4)) {
      case 0 -> // a flat top
          pen.at(-0.25, -0.48)
              .line(0.24, -0.48)
              .line(-0.04, -0.1 + waist / 2)
              .curve(0.18, -0.02, belly, 0.22, 0.08, 0.49, -0.26, 0.4);
      case 1 -> // a small loop at the waist
          pen.at(-0.24, -0.36)
              .curve(-0.04, -0.5, 0.2, -0.38, 0.12, -0.14, -0.08, -0.02 + waist / 2)
              .curve(-0.12, -0.1, 0.0, -0.06, 0.2, 0.08, belly, 0.28, 0.06, 0.5, -0.26, 0.4);
      default -> // two bows
          pen.at(-0.25, -0.36)
              .curve(-0.04, -0.5, 0.22, -0.36, 0.12, -0.12 + waist / 2, -0.1, waist)
              .curve(0.16, 0.04, belly, 0.26, 0.06, 0.5, -0.27, 0.38);
    }
  }

  private static void four(Pen pen, ExactDraws d) {
    double bar = d.between(0.02, 0.2);
    double stem = d.between(0.06, 0.16);
    switch (d.below(4)) {
      case 0 -> // closed
          pen.at(stem, -0.5).line(-0.3, bar).line(0.33, bar).at(stem, -0.48).line(stem, 0.5);
      case 1 -> // open, the left side bowed
          pen.at(-0.2, -0.46)
              .curve(-0.27, -0.15, -0.24, bar)
              .line(0.32, bar)
              .at(0.16, d.between(-0.42, -0.2))
              .line(stem, 0.5);
      case 2 -> // in one stroke like a flash
          pen.at(-0.18, -0.48)
              .line(-0.28, bar)
              .line(0.22, bar - 0.03)
              .at(0.22, d.between(-0.44, -0.3))
              .line(0.18, 0.5);
      default -> // open
          pen.at(-0.08, -0.5)
              .line(-0.3, bar)
              .line(0.32, bar)
              .at(0.14, d.between(-0.36, -0.14))
              .line(stem, 0.5);
    }
  }

  private static void five(Pen pen, ExactDraws d) {
    double belly = d.between(0.22, 0.32);
    double end = d.between(0.34, 0.46);
    switch (d.below(3)) {
      case 0 -> // in one stroke, like an S with a corner
          pen.at(0.26, -0.49)
              .line(-0.17, -0.47)
              .line(-0.22, -0.06)
              .curve(0.04, -0.16, belly, 0.1, 0.16, 0.42, -0.06, 0.5, -0.27, end);
      case 1 -> // round
          pen.at(0.24, -0.5)
              .curve(0.02, -0.48, -0.16, -0.44, -0.2, -0.24, -0.14, -0.08)
              .curve(0.1, -0.12, belly, 0.14, 0.14, 0.44, -0.08, 0.5, -0.26, end);
      default -> // body first, then the hat, which may float
          pen.at(-0.18, -0.46)
              .line(-0.22, -0.05)
              .curve(0.03, -0.15, belly, 0.1, 0.17, 0.42, -0.05, 0.5, -0.26, end)
              .at(-0.18 + d.between(0, 0.06), -0.47)
              .line(0.26, -0.49);
    }
  }

  private static void six(Pen pen, ExactDraws d) {
    double bowl = d.between(-0.06, 0.08);
    double right = d.between(0.22, 0.3);
    switch (d.below(3)) {
      case 0 -> // a straight back
          pen.at(0.1, -0.5)
              .curve(-0.16, -0.12, -0.25, 0.2, -0.12, 0.47, 0.14, 0.46)
              .curve(right, 0.22, 0.1, bowl, -0.12, 0.08 + bowl, -0.22, 0.24);
      case 1 -> // not quite closed
          pen.at(0.18, -0.48)
              .curve(-0.1, -0.3, -0.25, 0.08, -0.14, 0.45, 0.12, 0.48, right, 0.22)
              .curve(0.12, bowl, -0.08, 0.06 + bowl);
      default -> // a curled back
          pen.at(0.24, -0.4)
              .curve(0.06, -0.5, -0.16, -0.3, -0.26, 0.06, -0.16, 0.42, 0.06, 0.5)
              .curve(right, 0.26, 0.12, bowl, -0.1, 0.06 + bowl, -0.24, 0.24);
    }
  }

  private static void seven(Pen pen, ExactDraws d) {
    double foot = d.between(-0.16, 0.08);
    if (d.chance(0.25)) {
      pen.at(-0.27, d.between(-0.38, -0.28)).line(-0.27, -0.47);
    } else {
      pen.at(-0.27, -0.47);
    }
    if (d.chance(0.5)) {
      pen.line(0.27, -0.47).curve(0.1 + foot / 2, -0.06, foot, 0.5);
    } else {
      pen.line(0.27, -0.47).line(foot, 0.5);
    }
    if (d.chance(0.35)) {
      double y = d.between(-0.06, 0.06);
      pen.at(-0.16, y).line(0.24, y - 0.02);
    }
  }

  private static void eight(Pen pen, ExactDraws d) {
    double top = d.between(0.17, 0.23);
    double waist = d.between(-0.08, 0.02);
    switch (d.below(3)) {
      case 0 -> { // two rings
        double upper = (waist + 0.5) / 2;
        double lower = (0.5 - waist) / 2;
        pen.ellipse(0, -0.5 + upper, top, upper, d.between(0.1, 0.3), d.between(0.97, 1.06));
        pen.ellipse(0, 0.5 - lower, d.between(0.22, 0.29), lower, d.between(-0.35, -0.15), 1.03);
      }
      case 1 -> // begun at the top right, left a little open
          pen.at(0.19, -0.42)
              .curve(0.0, -0.5, -top, -0.34, -0.06, waist - 0.08, 0.12, waist + 0.08)
              .curve(0.26, 0.28, 0.02, 0.5, -0.26, 0.3, -0.12, waist + 0.1, 0.08, waist - 0.08)
              .curve(0.24, -0.34);
      default -> // begun in the middle of the top
          pen.at(0.04, -0.5)
              .curve(-top, -0.36, -0.1, waist - 0.12, 0.14, waist + 0.1, 0.26, 0.3, 0, 0.5)
              .curve(-0.26, 0.3, -0.12, waist + 0.1, 0.12, waist - 0.12, top, -0.34, 0.04, -0.5);
    }
  }

  private static void nine(Pen pen, ExactDraws d) {
    double left = d.between(0.22, 0.3);
    double chin = d.between(-0.06, 0.06);
    pen.at(0.22, -0.32);
    if (d.chance(0.25)) {
      // not quite closed
      pen.curve(0.1, -0.48, -0.14, -0.47, -left, -0.22, -0.08, chin, 0.16, -0.1);
    } else {
      pen.curve(0.06, -0.5, -0.16, -0.45, -left, -0.22, -0.1, chin, 0.14, -0.08, 0.23, -0.34);
    }
    switch (d.below(3)) {
      case 0 -> // a curled tail
          pen.at(0.23, -0.38).curve(0.24, 0.02, 0.18, 0.36, -0.02, 0.5, -0.24, 0.4);
      case 1 -> // a bowed tail
          pen.at(0.23, -0.4).curve(0.2, 0.06, 0.04, 0.5);
      default -> pen.at(0.23, -0.42).line(d.between(0.12, 0.22), 0.5);
    }
  }
}
