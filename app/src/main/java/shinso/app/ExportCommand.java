package shinso.app;

import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import shinso.interchange.onnx.OnnxExport;
import shinso.interchange.onnx.OnnxFile;
import shinso.interchange.onnx.OnnxModel;
import shinso.interchange.pytorch.PyTorch;
import shinso.zoo.harness.Demo;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.UsageException;

/** {@code shinso export}: a trained model as a file that other programs read. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = "Write the model of a run as a file that other programs read.",
    footer = {
      "",
      "Without --function the first one that the model has is written: logits, prediction, encode,",
      "log-probability, free-energy, next-token, output, or a network that is a part of it."
    })
final class ExportCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private GivenRun run;

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      description = "Write what the model computes, for batches of any size, as an ONNX file.")
  private @Nullable Path onnx;

  @Option(
      names = "--function",
      paramLabel = "NAME",
      description = "What of the model is written with --onnx, such as probabilities or decode.")
  private @Nullable String function;

  @Option(
      names = "--pytorch",
      paramLabel = "FILE",
      description = "Write the weights as PyTorch has them, as a safetensors file.")
  private @Nullable Path pytorch;

  @Override
  public Integer call() {
    if (onnx == null && pytorch == null) {
      throw new UsageException("say what to write: --onnx FILE or --pytorch FILE");
    }
    if (onnx == null && function != null) {
      throw new UsageException("--function says what --onnx FILE writes; give that as well");
    }
    threads.apply();
    RecipeRun opened = run.open();
    Object model = opened.model(Object.class, "be exported");
    if (onnx != null) {
      write(opened, model, onnx);
    }
    if (pytorch != null) {
      PyTorch.save(pytorch, model);
      main.out().println("weights for PyTorch: " + pytorch);
    }
    return 0;
  }

  private void write(RecipeRun opened, Object model, Path file) {
    SequencedMap<String, Supplier<OnnxExport>> functions = ExportedFunctions.of(opened, model);
    if (functions.isEmpty()) {
      throw new UsageException(
          "a run of the recipe %s can't be exported: %s"
              .formatted(
                  opened.recipe().name(),
                  model instanceof Demo.None
                      ? "it has no model"
                      : "its model has no function of one input"));
    }
    String name = function == null ? functions.firstEntry().getKey() : function;
    Supplier<OnnxExport> chosen = functions.get(name);
    if (chosen == null) {
      throw UsageException.unknown("function", name, functions.keySet());
    }
    OnnxExport export = chosen.get().note("recipe", opened.recipe().name());
    if (!opened.classNames().isEmpty()) {
      export = export.note("classes", String.join("\n", opened.classNames()));
    }
    export.write(file);
    // What was written is what others will read.
    OnnxModel read = OnnxFile.read(file);
    main.out().println("%s: %s as %s".formatted(name, read.graph(), file));
  }
}
