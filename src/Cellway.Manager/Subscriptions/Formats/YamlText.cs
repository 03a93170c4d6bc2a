using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>Writes a YAML document. Texts are always quoted: what is not could turn out a number, a boolean or nothing.</summary>
internal sealed class YamlText
{
    private readonly Emitter _emitter;

    private YamlText(TextWriter writer) => _emitter = new(writer, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));

    public static byte[] Write(Action<YamlText> content)
    {
        using var buffer = new MemoryStream();
        using (var writer = new StreamWriter(buffer) { NewLine = "\n" })
        {
            var yaml = new YamlText(writer);
            yaml._emitter.Emit(new StreamStart());
            yaml._emitter.Emit(new DocumentStart());
            yaml.Mapping(() => content(yaml));
            yaml._emitter.Emit(new DocumentEnd(isImplicit: true));
            yaml._emitter.Emit(new StreamEnd());
        }

        return buffer.ToArray();
    }

    public void Mapping(Action content)
    {
        _emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        content();
        _emitter.Emit(new MappingEnd());
    }

    public void Mapping(string key, Action content)
    {
        Plain(key);
        Mapping(content);
    }

    public void Sequence(string key, Action content)
    {
        Plain(key);
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
        content();
        _emitter.Emit(new SequenceEnd());
    }

    public void Strings(string key, params IEnumerable<string> values)
    {
        Plain(key);
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow));
        foreach (var value in values)
        {
            Quoted(value);
        }

        _emitter.Emit(new SequenceEnd());
    }

    public void Add(string key, string value)
    {
        Plain(key);
        Quoted(value);
    }

    public void Add(string key, int value)
    {
        Plain(key);
        Plain(value.ToString(CultureInfo.InvariantCulture));
    }

    public void Add(string key, bool value)
    {
        Plain(key);
        Plain(value ? "true" : "false");
    }

    public void Quoted(string value) =>
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true));

    private void Plain(string value) =>
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
}
