package shinso.train.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a build knows of itself. */
final class BuildTest {
  @Test
  void theVersionIsThatOfTheProject() throws IOException, URISyntaxException {
    Path classes = Path.of(Build.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeTrue(classes.endsWith(Path.of("target", "classes")), "nothing was filled in by Maven");
    Matcher version =
        Pattern.compile("<version>([^<]+)</version>")
            .matcher(Files.readString(classes.resolve("../../pom.xml")));
    assertTrue(version.find());
    assertEquals(version.group(1), Build.version());
  }

  @Test
  void whatTheBuildDidNotKnowIsSaidInAWord() {
    assertTrue(Build.version().matches("development|\\d+(\\.\\d+)+.*"), Build.version());
    assertTrue(Build.commit().matches("unknown|[-.\\w]+"), Build.commit());
  }
}
