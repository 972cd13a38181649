package shinso.train.figure;

/** How something is written. */
enum Letters {
  TITLE(16, true),
  NAME(14, false),
  TICK(13, false),
  MARK(13, true),
  NOTE(12, false);

  private final int size;
  private final boolean bold;

  Letters(int size, boolean bold) {
    this.size = size;
    this.bold = bold;
  }

  /** Returns the height in pixels from line to line, less the gap. */
  int size() {
    return size;
  }

  boolean bold() {
    return bold;
  }

  /** Returns about how wide a text will be, whatever the font. */
  double estimate(String text) {
    double width = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("il.,:;|'!()[] ".indexOf(c) >= 0) {
        width += 0.36;
      } else if (c >= '\u2E80') {
        width += 1;
      } else if ("mwMW".indexOf(c) >= 0) {
        width += 0.9;
      } else {
        width += Character.isUpperCase(c) ? 0.72 : 0.62;
      }
    }
    return width * size * (bold ? 1.08 : 1);
  }
}
