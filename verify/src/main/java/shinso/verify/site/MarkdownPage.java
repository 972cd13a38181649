package shinso.verify.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.ext.heading.anchor.IdGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import shinso.train.file.FileException;

/**
 * A page in Markdown, with GitHub's tables and anchors.
 *
 * @param path where it lies, relative to the repository
 * @param root its syntax tree
 * @param sections its headings, and what stands below each
 * @param links all targets, of links and of pictures, in their order
 * @param images the pictures
 */
record MarkdownPage(
    Path path, Node root, List<Section> sections, List<String> links, List<Picture> images) {
  private static final List<Extension> EXTENSIONS =
      List.of(TablesExtension.create(), HeadingAnchorExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();

  /**
   * A part of a page.
   *
   * @param heading its heading
   * @param anchor what a link to it ends with, without {@code #}
   * @param text the words below it
   */
  record Section(String heading, String anchor, String text) {}

  /**
   * A picture of a page.
   *
   * @param target as the page has it
   * @param alt what stands for it
   */
  record Picture(String target, String alt) {}

  /**
   * Reads a page.
   *
   * @throws FileException if that fails
   */
  static MarkdownPage read(Path repository, Path path) {
    try {
      return of(path, Files.readString(repository.resolve(path)));
    } catch (IOException e) {
      throw FileException.reading(repository.resolve(path), e);
    }
  }

  static MarkdownPage of(Path path, String text) {
    Node root = PARSER.parse(text);
    Collector collector = new Collector();
    root.accept(collector);
    collector.finish();
    return new MarkdownPage(path, root, collector.sections, collector.links, collector.images);
  }

  /** Returns the first heading, or the name of the file. */
  String title() {
    return sections.stream()
        .map(Section::heading)
        .filter(h -> !h.isEmpty())
        .findFirst()
        .orElse(path.getFileName().toString());
  }

  /** Returns what links to this page can end with. */
  Set<String> anchors() {
    Set<String> anchors = new LinkedHashSet<>();
    sections.forEach(s -> anchors.add(s.anchor));
    return anchors;
  }

  /** Returns the page's body in HTML, its links changed. */
  String html(UnaryOperator<String> link) {
    HtmlRenderer renderer =
        HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .attributeProviderFactory(context ->
                (node, tag, attributes) -> {
                  if (node instanceof Link a) {
                    attributes.put("href", link.apply(a.getDestination()));
                  } else if (node instanceof Image image) {
                    attributes.put("src", link.apply(image.getDestination()));
                    attributes.put("loading", "lazy");
                  }
                })
            .build();
    // A wide table is moved by itself, and not the page.
    return renderer
        .render(root)
        .replace("<table>", "<div class=\"wide\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");
  }

  /** Gathers what is asked of a page in one walk. */
  private static final class Collector extends AbstractVisitor {
    private final IdGenerator ids = IdGenerator.builder().build();
    private final List<Section> sections = new ArrayList<>();
    private final List<String> links = new ArrayList<>();
    private final List<Picture> images = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private String heading = "";
    private String anchor = "";

    private void finish() {
      if (!heading.isEmpty() || !text.isEmpty()) {
        sections.add(new Section(heading, anchor, text.toString().strip()));
      }
      text.setLength(0);
    }

    @Override
    public void visit(Heading node) {
      finish();
      visitChildren(node);
      heading = text.toString().strip();
      anchor = ids.generateId(heading);
      text.setLength(0);
    }

    @Override
    public void visit(Link node) {
      links.add(node.getDestination());
      visitChildren(node);
    }

    @Override
    public void visit(Image node) {
      int before = text.length();
      visitChildren(node);
      links.add(node.getDestination());
      images.add(new Picture(node.getDestination(), text.substring(before).strip()));
    }

    @Override
    public void visit(Text node) {
      text.append(node.getLiteral());
    }

    @Override
    public void visit(SoftLineBreak node) {
      text.append(' ');
    }

    @Override
    public void visit(Code node) {
      text.append(node.getLiteral());
    }

    @Override
    public void visit(FencedCodeBlock node) {
      text.append(' ').append(node.getLiteral()).append(' ');
    }

    @Override
    protected void visitChildren(Node parent) {
      super.visitChildren(parent);
      if (parent instanceof org.commonmark.node.Block
          || parent instanceof org.commonmark.ext.gfm.tables.TableCell) {
        text.append(' ');
      }
    }
  }
}
