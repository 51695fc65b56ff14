/* Structures are packed to 4 from here on, until poppack.h. */
#pragma pack(push, 4)
