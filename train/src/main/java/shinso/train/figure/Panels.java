package shinso.train.figure;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Several figures on one sheet.
 *
 * @param figures row by row
 * @param columns how many are in a row
 */
public record Panels(String title, String caption, List<? extends Figure> figures, int columns)
    implements Figure {
  private static final String KIND = "panels";

  /** A sheet is not wider in pixels unless a single figure is. */
  private static final int WIDEST = 2400;

  private static final int GAP = 10;
  private static final int TITLE = 34;

  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException if there is no figure, no column, or an animation
   */
  public Panels {
    figures = List.copyOf(figures);
    FigureChecks.that(!figures.isEmpty(), KIND, title, "there are no figures; give one at least");
    FigureChecks.that(columns >= 1, KIND, title, "there is at least 1 column, not %d", columns);
    for (Figure f : figures) {
      FigureChecks.that(
          !(f instanceof Animation),
          KIND,
          title,
          "'%s' moves, and a sheet doesn't; show it by itself",
          f.title());
    }
  }

  @Override
  public Panels caption(String text) {
    return new Panels(title, text, figures, columns);
  }

  /** Returns the sheet. */
  BufferedImage image() {
    int across = Math.min(columns, figures.size());
    int widest = figures.stream().mapToInt(f -> Drawing.size(f).width()).max().orElseThrow();
    double scale = Math.clamp((double) WIDEST / (across * widest), 0.5, Raster.SCALE);
    List<BufferedImage> images = figures.stream().map(f -> Drawing.titled(f, scale)).toList();
    int gap = (int) (scale * GAP);
    int head = title.isEmpty() ? 0 : (int) (scale * TITLE);
    int[] widths = new int[across];
    int[] heights = new int[Math.ceilDiv(images.size(), across)];
    for (int i = 0; i < images.size(); i++) {
      widths[i % across] = Math.max(widths[i % across], images.get(i).getWidth());
      heights[i / across] = Math.max(heights[i / across], images.get(i).getHeight());
    }
    int width = gap * (across - 1);
    for (int w : widths) {
      width += w;
    }
    int height = head + gap * (heights.length - 1);
    for (int h : heights) {
      height += h;
    }
    BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setColor(Ink.PAPER.color());
    g.fillRect(0, 0, width, height);
    if (head > 0) {
      g.drawImage(Drawing.line(title, (int) (width / scale), TITLE, scale), 0, 0, null);
    }
    int y = head;
    for (int row = 0; row < heights.length; row++) {
      int x = 0;
      for (int column = 0; column < across && row * across + column < images.size(); column++) {
        g.drawImage(images.get(row * across + column), x, y, null);
        x += widths[column] + gap;
      }
      y += heights[row] + gap;
    }
    g.dispose();
    return sheet;
  }

  /** Returns the figures side by side, as many as there is room for. */
  String grid() {
    StringBuilder s = new StringBuilder("<div class=\"shinso-panels\" style=\"--f-columns:");
    s.append(Math.min(columns, figures.size())).append("\">");
    figures.forEach(f -> s.append(Page.part(f)));
    return s.append("</div>").toString();
  }
}
