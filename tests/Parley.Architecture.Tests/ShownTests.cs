using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Parley.Compatibility;

namespace Parley.Architecture.Tests;

/// <summary>Reads the <see cref="ShowsAttribute"/>s of a test assembly without loading it, so that its dependencies are not needed.</summary>
internal static class ShownTests
{
    public static IReadOnlyList<Showing> Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        return
        [
            .. from typeHandle in metadata.TypeDefinitions
               let type = metadata.GetTypeDefinition(typeHandle)
               from methodHandle in type.GetMethods()
               let method = metadata.GetMethodDefinition(methodHandle)
               from attributeHandle in method.GetCustomAttributes()
               let attribute = metadata.GetCustomAttribute(attributeHandle)
               where IsShows(metadata, attribute)
               from showing in Decode(attribute, $"{metadata.GetString(type.Name)}.{metadata.GetString(method.Name)}")
               select showing,
        ];
    }

    private static bool IsShows(MetadataReader metadata, CustomAttribute attribute) =>
        attribute.Constructor.Kind == HandleKind.MemberReference
        && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
        && metadata.GetTypeReference((TypeReferenceHandle)parent) is var type
        && metadata.GetString(type.Name) == nameof(ShowsAttribute)
        && metadata.GetString(type.Namespace) == typeof(ShowsAttribute).Namespace;

    private static IEnumerable<Showing> Decode(CustomAttribute attribute, string test)
    {
        var value = attribute.DecodeValue(new TypeNames());
        var part = (ApiPart)(int)value.FixedArguments[0].Value!;
        var partly = value.NamedArguments.FirstOrDefault(argument => argument.Name == nameof(ShowsAttribute.Partly)).Value as string;
        foreach (var name in (ImmutableArray<CustomAttributeTypedArgument<string>>)value.FixedArguments[1].Value!)
            yield return new Showing(part, (string)name.Value!, test, partly);
    }

    /// <summary>Types by their names, which is all that decoding needs.</summary>
    private sealed class TypeNames : ICustomAttributeTypeProvider<string>
    {
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSystemType() => "System.Type";

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeReference(handle).Name);

        public string GetTypeFromSerializedName(string name) => name;

        public PrimitiveTypeCode GetUnderlyingEnumType(string type) => PrimitiveTypeCode.Int32;

        public bool IsSystemType(string type) => type == "System.Type";
    }
}
