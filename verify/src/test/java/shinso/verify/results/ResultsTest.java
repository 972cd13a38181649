package shinso.verify.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of results says what the kept files say. */
final class ResultsTest {
  @Test
  void thePageIsTheOneThatIsWritten() throws IOException {
    Path docs = Path.of("..", "docs");
    assertEquals(
        ResultsPage.of(Result.all(docs.resolve("results"))),
        Files.readString(docs.resolve("results.md")),
        "write it anew with ./shinso bench results");
  }

  @Test
  void theCatalogueIsTheOneThatIsWritten() throws IOException {
    Path docs = Path.of("..", "docs");
    assertEquals(
        CataloguePage.of(Result.all(docs.resolve("results")), RowTests.in(Path.of(".."))),
        Files.readString(docs.resolve("catalogue.md")),
        "write it anew with ./shinso bench results");
  }

  @Test
  void theReadmeHasTheSameNumbers() throws IOException {
    Path docs = Path.of("..", "docs");
    String readme = Files.readString(Path.of("..", "README.md"));
    assertEquals(
        ResultsPage.inserted(readme, Result.all(docs.resolve("results"))),
        readme,
        "write it anew with ./shinso bench results");
  }
}
