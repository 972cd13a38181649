package shinso.train.figure;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Figures after one another, a moving GIF in the run folder.
 *
 * @param frames the figures; their titles say where in time each is
 * @param milliseconds how long each is to be seen; the last one stays longer
 */
public record Animation(
    String title, String caption, List<? extends Figure> frames, int milliseconds)
    implements Figure {
  private static final String KIND = "animation";
  private static final int USUAL = 200;
  private static final int LAST = 1500;

  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException if there are no frames, or one of them moves
   */
  public Animation {
    frames = List.copyOf(frames);
    FigureChecks.that(!frames.isEmpty(), KIND, title, "there are no frames; give one at least");
    FigureChecks.that(
        milliseconds >= 10 && milliseconds <= 60_000,
        KIND,
        title,
        "a frame is seen for 10 to 60000 milliseconds, not %d",
        milliseconds);
    for (Figure f : frames) {
      FigureChecks.that(!(f instanceof Animation), KIND, title, "'%s' moves by itself", f.title());
    }
  }

  static Animation of(String title, List<? extends Figure> frames) {
    return new Animation(title, "", frames, USUAL);
  }

  @Override
  public Animation caption(String text) {
    return new Animation(title, text, frames, milliseconds);
  }

  /**
   * Returns this with another speed.
   *
   * @throws IllegalArgumentException if it is not between 10 and 60,000
   */
  public Animation milliseconds(int each) {
    return new Animation(title, caption, frames, each);
  }

  @Override
  public String extension() {
    return "gif";
  }

  /** Returns a GIF file that runs for ever. */
  @Override
  public byte[] file() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    List<BufferedImage> images = images();
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      for (int i = 0; i < images.size(); i++) {
        int time = i + 1 < images.size() ? milliseconds : Math.max(milliseconds, LAST);
        BufferedImage image = images.get(i);
        IIOMetadata about =
            writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
        describe(about, time);
        writer.writeToSequence(new IIOImage(image, null, about), null);
      }
      writer.endWriteSequence();
    } catch (IOException e) {
      throw new IllegalStateException("memory takes everything", e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /** Returns the frames on white, all as large as the largest. */
  private List<BufferedImage> images() {
    List<BufferedImage> drawn = frames.stream().map(f -> Drawing.titled(f, 1)).toList();
    int width = drawn.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
    int height = drawn.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
    return drawn.stream().map(i -> onWhite(i, width, height)).toList();
  }

  private static BufferedImage onWhite(BufferedImage image, int width, int height) {
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = result.createGraphics();
    g.setColor(Ink.PAPER.color());
    g.fillRect(0, 0, width, height);
    g.drawImage(image, 0, 0, null);
    g.dispose();
    return result;
  }

  private static void describe(IIOMetadata about, int milliseconds) throws IIOInvalidTreeException {
    String format = about.getNativeMetadataFormatName();
    IIOMetadataNode root = new IIOMetadataNode(format);
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("delayTime", Integer.toString(Math.max(1, milliseconds / 10)));
    control.setAttribute("transparentColorIndex", "0");
    root.appendChild(control);
    IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
    IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
    loop.setAttribute("applicationID", "NETSCAPE");
    loop.setAttribute("authenticationCode", "2.0");
    loop.setUserObject(new byte[] {1, 0, 0});
    extensions.appendChild(loop);
    root.appendChild(extensions);
    about.mergeTree(format, root);
  }

  /** Returns the frames with a button and a slider. */
  String player() {
    StringBuilder s = new StringBuilder();
    s.append(
        String.format(
            Locale.ROOT,
            "<div class=\"shinso-frames\" data-milliseconds=\"%d\"><div class=\"shinso-controls\">"
                + "<button type=\"button\">play</button><input type=\"range\" min=\"0\""
                + " max=\"%d\" value=\"0\" aria-label=\"frame\"/><output></output></div>",
            milliseconds,
            frames.size() - 1));
    for (int i = 0; i < frames.size(); i++) {
      Figure f = frames.get(i);
      s.append("<div class=\"shinso-frame\" data-name=\"").append(Html.escape(f.title()));
      s.append('"').append(i == 0 ? ">" : " hidden=\"\">").append(Drawing.body(f));
      s.append("</div>");
    }
    return s.append("</div>").toString();
  }
}
