package dev.tollgate.routing.when;

/** What a request gives a model to look at. */
public enum Modality {
    /** Text and nothing else. */
    TEXT,
    IMAGE,
    AUDIO,
    FILE
}
