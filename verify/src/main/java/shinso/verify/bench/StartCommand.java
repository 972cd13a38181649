package shinso.verify.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times processes from their start to the end of a step. */
@Command(
    name = "start",
    description = {
      "Times processes that do some steps, from start to end, ours and a peer's in turn.",
      "Ours starts with the JVM's options of this process and an archive of its classes, as the"
          + " launcher makes one at every build."
    },
    mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Measuring measuring;

  @Option(names = "--rounds", defaultValue = "5", description = "turns of each (default 5)")
  private int rounds;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description =
          "a Python with a script that has step_of(workload, 'eager'): \"python torch_steps.py\"")
  private @Nullable String peer;

  @Option(names = "--steps", defaultValue = "100", description = "steps (default 100)")
  private int steps;

  @Parameters(
      arity = "0..*",
      paramLabel = "WORKLOAD",
      converter = Measuring.Workloads.class,
      description = "what to train (default: the first rows of the table in docs/performance.md)")
  private List<Workload> workloads = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Measuring.positive(spec.commandLine(), "--rounds", rounds);
    Measuring.positive(spec.commandLine(), "--steps", steps);
    List<Workload> chosen = workloads.isEmpty() ? usual() : workloads;
    for (Workload workload : chosen) {
      spec.commandLine().getOut().println(start(workload));
    }
    return 0;
  }

  private static List<Workload> usual() {
    Measuring.Workloads converter = new Measuring.Workloads();
    return Stream.of(
            "mlp:batch=128,sizes=784-512-512-10",
            "cnn:batch=128,input=28x28x1,layers=c32k3-c64k3-p2-d128-d10",
            "rnn:cell=lstm,batch=128,steps=28,features=28,hidden=128,classes=10",
            "rnn:cell=gru,batch=128,steps=28,features=28,hidden=128,classes=10",
            "vae:batch=128,sizes=784-400-20",
            "rbm:batch=100,visible=784,hidden=500,k=1")
        .map(converter::convert)
        .toList();
  }

  private Table start(Workload workload) throws IOException, InterruptedException {
    List<String> theirs = peer == null ? List.of() : python(peer, workload);
    List<String> arguments =
        new ArrayList<>(List.of("steps", workload.text(), "--steps", Integer.toString(steps)));
    arguments.addAll(measuring.arguments());
    Path archive = Files.createTempFile("shinso-classes", ".jsa");
    Files.delete(archive);
    try {
      boolean archived = archive(archive, arguments);
      List<String> ours =
          Child.bench(
              archived ? List.of("-XX:SharedArchiveFile=" + archive) : List.of(), arguments);
      List<Double> our = new ArrayList<>();
      List<Double> their = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        our.add(Child.millis(ours));
        if (!theirs.isEmpty()) {
          their.add(Child.millis(theirs));
        }
      }
      return table(workload.text(), steps, archived, our, their);
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** Makes the archive; folders on the class path rule it out. */
  private static boolean archive(Path archive, List<String> arguments)
      throws IOException, InterruptedException {
    String[] path = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    if (Arrays.stream(path).anyMatch(entry -> Files.isDirectory(Path.of(entry)))) {
      return false;
    }
    Child.output(Child.bench(List.of("-XX:ArchiveClassesAtExit=" + archive), arguments));
    return Files.exists(archive);
  }

  static Table table(
      String workload, int steps, boolean archived, List<Double> our, List<Double> their) {
    Table table = new Table("`" + workload + "`, " + steps + " steps", "median ms", "min–max");
    table.row(archived ? "ours" : "ours, without an archive", middle(our), range(our));
    if (!their.isEmpty()) {
      table.row("peer", middle(their), range(their));
      List<Double> ratios = new ArrayList<>();
      for (int i = 0; i < our.size(); i++) {
        ratios.add(their.get(i) / our.get(i));
      }
      table.row("peer / ours", middle(ratios), range(ratios));
    }
    return table;
  }

  private static String middle(List<Double> values) {
    return Table.number(Timing.median(values));
  }

  private static String range(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return Table.number(sorted.getFirst()) + "–" + Table.number(sorted.getLast());
  }

  /** A process of the peer's that does the same: its script as a module, as many steps. */
  private List<String> python(String text, Workload workload) {
    List<String> words = Arrays.stream(text.split("\\s+")).filter(w -> !w.isEmpty()).toList();
    if (words.size() != 2
        || !words.get(1).endsWith(".py")
        || !Files.isReadable(Path.of(words.get(1)))) {
      throw new ParameterException(
          spec.commandLine(),
          "--peer is a Python and a script that can be read, \"python torch_steps.py\", not '%s'"
              .formatted(text));
    }
    Path script = Path.of(words.get(1)).toAbsolutePath().normalize();
    String name = String.valueOf(script.getFileName());
    String program =
        """
        import importlib, sys
        sys.path.insert(0, sys.argv[1])
        steps = importlib.import_module(sys.argv[2])
        import torch
        torch.set_num_threads(int(sys.argv[3]))
        step = steps.step_of(sys.argv[4], sys.argv[5])
        for _ in range(int(sys.argv[6])):
            step()
        """;
    boolean half = measuring.precision() == Measuring.Precision.BF16;
    return List.of(
        words.getFirst(),
        "-c",
        program,
        String.valueOf(script.getParent()),
        name.substring(0, name.length() - ".py".length()),
        Integer.toString(measuring.threads()),
        workload.text(),
        half ? "bf16" : "eager",
        Integer.toString(steps));
  }
}
