package shinso.nn.model;

import java.util.List;

/** Writes a text for each text: its translation, or an answer. */
public interface Translator {
  /** Returns what is written for each text, in their order. */
  List<String> translate(List<String> texts);
}
