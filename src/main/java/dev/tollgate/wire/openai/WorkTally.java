package dev.tollgate.wire.openai;

import dev.tollgate.wire.Work;
import dev.tollgate.wire.Work.Caps;
import dev.tollgate.wire.Work.ServerTool;
import dev.tollgate.wire.json.JsonCursor;
import java.util.EnumSet;
import java.util.Set;

/** Collects, while a body is read, what bounds the cost of the request. */
final class WorkTally {
    private long mediaBytes;
    private int imageTypes;
    private int imageMembers;
    private int soundTypes;
    private int sounds;
    private long soundBytes;
    private boolean unseen;
    private int prompts;
    private long bestOf = 1;
    private long predictedBytes;
    private boolean audioOutput;
    private Set<ServerTool> tools = Set.of();
    private long maxToolCalls = -1;
    private final long[] caps = {-1, -1, -1};

    private boolean itemHasId;
    private boolean itemHasType;
    private boolean itemIsThought;
    private boolean itemIsWhole;

    /** A string that is not read as text. */
    void media(long bytes) {
        mediaBytes += bytes;
    }

    void image() {
        imageMembers++;
    }

    void sound(long bytes) {
        sounds++;
        soundBytes += bytes;
        mediaBytes += bytes;
    }

    /** Something that the model reads and the body doesn't show. */
    void unseen() {
        unseen = true;
    }

    void prompt() {
        prompts++;
    }

    void bestOf(long candidates) {
        bestOf = Math.max(bestOf, candidates);
    }

    void predicted(long bytes) {
        predictedBytes += bytes;
    }

    void audioOutput() {
        audioOutput = true;
    }

    void maxToolCalls(long calls) {
        maxToolCalls = calls;
    }

    void cap(Work.Cap member, long tokens) {
        caps[member.ordinal()] = tokens;
    }

    /** A tool of the provider's whose price isn't known. */
    void otherTool() {
        add(ServerTool.OTHER);
    }

    /** The type of an element of {@code tools}, which the cursor has just read. */
    void tool(JsonCursor cursor) {
        if (PartType.at(cursor) == PartType.FUNCTION) {
            return;
        }
        String type = cursor.text();
        switch (type) {
            case "function", "custom", "local_shell", "apply_patch", "computer", "computer_use_preview" -> {
                // run by the caller
            }
            case "file_search" -> add(ServerTool.FILE_SEARCH);
            case "code_interpreter" -> add(ServerTool.CODE_INTERPRETER);
            default -> add(type.startsWith("web_search") ? ServerTool.WEB_SEARCH : ServerTool.OTHER);
        }
    }

    private void add(ServerTool tool) {
        if (tools.isEmpty()) {
            tools = EnumSet.noneOf(ServerTool.class);
        }
        tools.add(tool);
    }

    /** The type of a message, item or part, which the cursor has just read. */
    void type(JsonCursor cursor, boolean ofItem) {
        PartType type = PartType.at(cursor);
        if (type == null) {
            unseen = true;
        } else if (type.isImage()) {
            imageTypes++;
        } else if (type == PartType.INPUT_AUDIO) {
            soundTypes++;
        }
        if (ofItem) {
            itemHasType = true;
            itemIsThought |= type == PartType.REASONING;
        }
    }

    void itemId() {
        itemHasId = true;
    }

    /** The item brings all that the provider may have kept of it. */
    void itemIsWhole() {
        itemIsWhole = true;
    }

    /** An id alone stands for an item that the provider kept, and so do thoughts that are not sent along. */
    void endItem() {
        unseen |= itemHasId && (!itemHasType || (itemIsThought && !itemIsWhole));
        itemHasId = false;
        itemHasType = false;
        itemIsThought = false;
        itemIsWhole = false;
    }

    Work work(long bytes, long choices) {
        return new Work(
                bytes,
                mediaBytes,
                Math.max(imageTypes, imageMembers),
                soundBytes,
                unseen || soundTypes > sounds,
                Math.max(1, prompts),
                (int) Math.min(Math.max(choices, bestOf), Integer.MAX_VALUE),
                predictedBytes,
                audioOutput,
                tools,
                maxToolCalls,
                caps[0] + caps[1] + caps[2] == -3 ? Caps.NONE : new Caps(caps[0], caps[1], caps[2]));
    }
}
