package shinso.zoo.recurrent;

import shinso.nn.layer.Network;

/** Kinds of recurrent layers. */
public enum Cell {
  /** Elman's. */
  RNN,
  /** Long short-term memory. */
  LSTM,
  /** Gated recurrent units. */
  GRU;

  /** Appends a layer of this kind. */
  Network.Builder append(Network.Builder net, int hidden) {
    return switch (this) {
      case RNN -> net.rnn(hidden);
      case LSTM -> net.lstm(hidden);
      case GRU -> net.gru(hidden);
    };
  }
}
